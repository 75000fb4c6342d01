"""The settings of a comparison."""

import hashlib
import json
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from tasks.numerics.evidence_levels import DEFAULT, GROUPS, with_evidence
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import ComparisonSpec, NetworkSpec, OutputSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec


class Study(BaseModel):
    """Everything that decides the result of a comparison, and where it goes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: SeriesSpec = SeriesSpec()
    windows: WindowSpec = WindowSpec()
    network: NetworkSpec = NetworkSpec()
    training: TrainingSpec = TrainingSpec()
    comparison: ComparisonSpec = ComparisonSpec()
    output: OutputSpec = OutputSpec()

    @model_validator(mode="before")
    @classmethod
    def _evidence(cls, given: Any) -> Any:
        """The numbers that a level of evidence stands for are held in its place."""
        return with_evidence(given) if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _no_nul(self) -> Self:
        """No system takes a NUL in a name."""
        for group in type(self).model_fields:
            for name, value in vars(getattr(self, group)).items():
                texts = value if isinstance(value, tuple) else (value,)
                if any(isinstance(text, str) and "\0" in text for text in texts):
                    raise ValueError(f"--{name.replace('_', '-')} {value!r} holds a NUL. Expected a text without one.")
        return self

    def with_network(self, network: NetworkSpec | None) -> Self:
        """The same, where a network is given that is trained in the place of the one that was asked for."""
        return self.model_copy(update={"network": network}) if network else self

    def settings(self) -> dict[str, Any]:
        """What decides the result, as JSON types, a group a key."""
        return self.model_dump(mode="json", exclude={"output": True, "comparison": {"evidence"}})

    def changed(self, mode: Literal["json", "python"] = "python") -> dict[str, dict[str, Any]]:
        """The settings that differ from what this problem has where they are not given, a group a key."""
        found: dict[str, dict[str, Any]] = self.model_dump(mode=mode, exclude_defaults=True)
        for name, usual in DEFAULT.settings(self.network.head).items():
            own, group = getattr(getattr(self, GROUPS[name]), name), found.setdefault(GROUPS[name], {})
            group.pop(name, None)
            if own != usual:
                group[name] = own
        return {name: group for name, group in found.items() if group}

    def digest(self, data_digest: str) -> str:
        """Twelve hex digits that tell comparisons apart: settings, data, wherever these came from, and the program that compared them."""
        from flows.studies.program_version import program_version

        settings = self.settings() | {"data": data_digest, "program": program_version()}
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:12]
