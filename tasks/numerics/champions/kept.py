"""Everything that a champion is but its weights, as JSON holds it: what it was made of, what it takes and how sure it is."""

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from tasks.numerics.errors import InputError
from tasks.numerics.series.scaling import Scaler
from tasks.numerics.series_settings import INDEX, SeriesSpec
from tasks.numerics.settings import NetworkSpec, WindowSpec

FORMAT: Final = 1
"""Of what is kept; another one is not read."""
LEVELS: Final = (80, 95)
"""Per cent that an interval is to hold."""
Bounds = tuple[tuple[float | None, float | None], ...]
"""Lower and upper end beside the forecast, a pair a step; None where the test part is too short to tell one."""


@dataclass(frozen=True)
class Member:
    """One series that a champion forecasts."""

    name: str
    scaler: Scaler
    column_scalers: tuple[Scaler, ...]
    """Of the columns beside the values, in the order of a time step."""
    first: str
    """First period that the comparison knew."""
    last: str
    """Last period that the comparison knew."""
    unseen: str
    """First period that neither training nor validation of the ensemble has seen."""
    naive_error: float
    """What repeating the last season misses in its training part, mean absolute error in its unit."""
    bounds: dict[int, Bounds]
    """By level; additions to the forecast, or to its logarithm where they are `relative`."""


@dataclass(frozen=True)
class Coverage:
    """How often intervals held what came, each made of errors that were known at its time."""

    share: dict[int, float | None]
    """By level, over all steps; None where there were too few windows."""
    by_step: dict[int, tuple[float | None, ...]]
    windows: int
    """Test windows that were looked at: the second half of the test part."""


@dataclass(frozen=True)
class Scores:
    """How good the ensemble was on the test part."""

    metric: str
    """`rmse` or `mae`, in the series' unit, of several series in multiples of each one's naive error."""
    own: float
    naive: float
    """Of the naive forecast on the same windows."""
    naive_name: str
    windows: int


@dataclass(frozen=True)
class Kept:
    """A network that was chosen, with all that it takes to forecast in raw units."""

    name: str
    """The champion's name."""
    digest: str
    """Of the comparison that chose it."""
    run: str
    """The comparison's run in MLflow."""
    decision: str
    """The variant that was chosen."""
    placement: str
    activation: str
    learning_rate: float
    seeds: tuple[int, ...]
    """Those that did not diverge."""
    data: SeriesSpec
    windows: WindowSpec
    network: NetworkSpec
    features: int
    """Numbers of a time step (F)."""
    steps: int
    """Time steps of a window (T)."""
    frequency: str
    season_length: int
    unit: str
    date_column: str
    """'' where rows are a sequence."""
    value_column: str
    members: tuple[Member, ...]
    relative: bool
    """Whether intervals are of logarithms, as the series was transformed by one."""
    scores: Scores
    coverage: Coverage
    verdict: str
    odds: str
    """Per cent of better, as good and worse than the reference."""
    made: str
    """When the comparison ended, in UTC."""
    days: int
    """From which on it is called old."""
    format: int = FORMAT

    @property
    def horizon(self) -> int:
        """Periods that it forecasts (H)."""
        return self.windows.horizon

    @property
    def is_panel(self) -> bool:
        """Whether it forecasts several series."""
        return len(self.members) > 1

    @property
    def is_dated(self) -> bool:
        """Whether rows have dates, and are no plain sequence."""
        return self.frequency != INDEX

    @property
    def id_column(self) -> str:
        """What tells the series of a panel apart in a frame in long form."""
        return self.data.id or "series"

    @property
    def kind(self) -> dict[str, str]:
        """What must be the same where two are compared."""
        return {
            "series": ", ".join(one.name for one in self.members),
            "value column": self.value_column,
            "frequency": self.frequency,
            "aggregate": self.data.aggregate,
            "horizon": str(self.horizon),
            "unit": self.unit,
            "metric": self.scores.metric,
        }

    def member(self, name: str) -> Member:
        """One of its series; of a single one whatever it is called."""
        return next(one for one in self.members if one.name == name or not self.is_panel)


KEPT: Final = TypeAdapter(Kept)


def to_json(kept: Kept) -> bytes:
    """As it is written down."""
    return KEPT.dump_json(kept, indent=1)


def from_json(text: str | bytes, where: str = "champion.json") -> Kept:
    """What was written down; raises InputError where another release wrote it otherwise."""
    try:
        found = KEPT.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            f"{where} can't be read ({'.'.join(map(str, first['loc']))}: {first['msg']}): another release of Interlayer kept this champion. "
            "Run the comparison again with --champion, or use the release that made it."
        ) from error
    if found.format != FORMAT:
        raise InputError(
            f"{where} is of format {found.format}, and this release reads {FORMAT}. Run the comparison again with --champion."
        )
    return found


def moment_text(period: Any) -> str:
    """A period as JSON holds it: ISO 8601, or the row's number."""
    return period.isoformat() if isinstance(period, pd.Timestamp) else str(int(period))


def moment_of(text: str, dated: bool) -> Any:
    """The period that a text stands for."""
    return pd.Timestamp(text) if dated else int(text)


def differences_between(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """What differs between two kinds, such as `horizon (1 and 6)`."""
    names = dict.fromkeys([*one, *other])
    return [
        f"{name} ({one.get(name) or 'none'} and {other.get(name) or 'none'})"
        for name in names
        if one.get(name, "") != other.get(name, "")
    ]
