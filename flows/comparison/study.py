"""The settings of a comparison."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from tasks.numerics.settings import (
    ComparisonSpec,
    NetworkSpec,
    OutputSpec,
    SeriesSpec,
    TrainingSpec,
    WindowSpec,
)


class Study(BaseModel):
    """Everything that decides the result of a comparison, and where it goes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: SeriesSpec = SeriesSpec()
    windows: WindowSpec = WindowSpec()
    network: NetworkSpec = NetworkSpec()
    training: TrainingSpec = TrainingSpec()
    comparison: ComparisonSpec = ComparisonSpec()
    output: OutputSpec = OutputSpec()

    def settings(self) -> dict[str, Any]:
        """What decides the result, as JSON types, a group a key."""
        return self.model_dump(mode="json", exclude={"output"})

    def digest(self, data_digest: str) -> str:
        """Twelve hex digits that tell comparisons apart: settings and data, wherever the data came from."""
        settings = self.settings() | {"data": data_digest}
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:12]
