"""How much evidence a comparison gathers, by name: the seeds, origins and test share that go together.

Which ones do is measured: `python -m tests.calibration.evidence`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

EvidenceName = Literal["quick", "default", "thorough"]


@dataclass(frozen=True)
class Level:
    """Seeds, origins and test share of a comparison of forecasts, and the seeds of one that has a single training end."""

    seeds: int
    origins: int
    test: float
    seeds_alone: int
    """Of autoencoders and classifiers, whose test part the level leaves as it is."""
    seconds: int
    """The whole first comparison of the default series on two cores: `python tests/benchmarks/commands.py --only first,evidence`."""

    def settings(self, head: str) -> dict[str, int | float]:
        """What it sets for a problem."""
        if head != "forecast":
            return {"seeds": self.seeds_alone, "origins": 1, "test": TEST_ALONE}
        return {"seeds": self.seeds, "origins": self.origins, "test": self.test}


TEST_ALONE: Final = 0.2
"""Test share where there is a single training end."""
LEVELS: Final[dict[EvidenceName, Level]] = {
    "quick": Level(seeds=8, origins=2, test=0.5, seeds_alone=10, seconds=35),
    "default": Level(seeds=12, origins=4, test=0.5, seeds_alone=30, seconds=50),
    "thorough": Level(seeds=24, origins=8, test=0.5, seeds_alone=120, seconds=95),
}
DEFAULT: Final = LEVELS["default"]
GROUPS: Final = {"seeds": "comparison", "origins": "windows", "test": "windows"}
"""The settings that a level sets, and the group of each."""


def described() -> str:
    """What each level sets and how long it takes, for people."""
    lines = (
        f"{name}: {one.seeds} seeds, {one.origins} origin{'s' * (one.origins > 1)}, test {one.test:g} (about {one.seconds} s)"
        for name, one in LEVELS.items()
    )
    alone = ", ".join(str(one.seeds_alone) for one in LEVELS.values())
    return (
        f"Seeds, origins and test share that go together; each of them given beside it goes before it. {'; '.join(lines)}. "
        "Seconds are those of the default series, the first time, on two cores; long series and large networks take more. "
        f"Of autoencoders and classifiers the seeds alone ({alone})."
    )


def with_evidence(groups: Mapping[str, Any]) -> dict[str, Any]:
    """Groups of settings with the numbers of their evidence in the place of its name.

    A number that is given stays. Where a group is whole, as the dashboard's form gives it, one that is the default's counts as not given.
    """
    name = value_in(groups.get("comparison"), "evidence", "default")
    head = value_in(groups.get("network"), "head", "forecast")
    if name not in get_args(EvidenceName):
        return dict(groups)  # told where settings are checked
    usual, found = DEFAULT.settings("forecast"), dict(groups)
    for setting, wanted in LEVELS[name].settings(head).items():
        group = GROUPS[setting]
        own = found.get(group, {})
        if isinstance(own, Mapping):
            found[group] = {setting: wanted, **own}
        elif getattr(own, setting) == usual[setting] and (name != "default" or setting == "origins"):
            found[group] = changed(own, setting, wanted)
    own = found["comparison"]
    found["comparison"] = with_value(own, "evidence", "default")
    return found


def value_in(group: Any, name: str, usual: str) -> Any:
    """A setting of a group that is a mapping, an object or not there."""
    return group.get(name, usual) if isinstance(group, Mapping) else getattr(group, name, usual)


def with_value(group: Any, name: str, value: Any) -> Any:
    """A group of settings, a mapping or an object, with one of another value."""
    return {**group, name: value} if isinstance(group, Mapping) else changed(group, name, value)


def changed(group: Any, name: str, value: Any) -> Any:
    """A group of settings with one of another value; itself where it has that value."""
    return group if getattr(group, name) == value else replace(group, **{name: value})
