"""The settings of a comparison."""

from pydantic import BaseModel, ConfigDict

from tasks.numerics.settings import ComparisonSpec, NetworkSpec, SeriesSpec, TrainingSpec, WindowSpec


class Study(BaseModel):
    """Everything that decides the result of a comparison."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: SeriesSpec = SeriesSpec()
    windows: WindowSpec = WindowSpec()
    network: NetworkSpec = NetworkSpec()
    training: TrainingSpec = TrainingSpec()
    comparison: ComparisonSpec = ComparisonSpec()
