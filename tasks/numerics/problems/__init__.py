"""What networks are for, a folder a problem: its windows, scores, baselines and words. No problem imports another."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, get_args

from tasks.numerics.errors import InputError
from tasks.numerics.networks.training_words import HEADS
from tasks.numerics.settings import ClassMetric, ComparisonSpec, Head, NetworkSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec

if TYPE_CHECKING:
    from tasks.numerics.networks.chain.handed_over import HandedOver
    from tasks.numerics.problems.problem import Problem
    from tasks.numerics.series.samples import ReadSamples

FOLDERS: dict[Head, str] = {
    "forecast": "forecasting",
    "autoencoder": "reconstruction",
    "classification": "classification",
}
"""The folder of every problem, by its name in the settings. Each has `problem.PROBLEM` and `limits.check`; one of labelled windows
`limits.TAKES_SAMPLES`, `limits.check_settings` and `limits.usual` too; one that forecasts `limits.FORECASTS`."""
OF_CLASSES: Final = (*get_args(ClassMetric),)
"""Metrics that series have not."""


class Problems(Mapping[Head, "Problem"]):
    """Every problem by its name, imported when it is asked for."""

    def __getitem__(self, head: Head) -> "Problem":
        """The problem of this name."""
        problem: Problem = import_module(f"{__name__}.{FOLDERS[head]}.problem").PROBLEM
        return problem

    def __iter__(self) -> Iterator[Head]:
        """Their names."""
        return iter(FOLDERS)

    def __len__(self) -> int:
        """How many there are."""
        return len(FOLDERS)


PROBLEMS = Problems()


def check_problem(series: int, network: NetworkSpec) -> None:
    """Raises InputError where so many series, or such a network, have no such problem; imports nothing heavy."""
    _limits(network.head).check(series, network)


def takes_samples(head: Head) -> bool:
    """Whether the problem is one of labelled windows, and not of series."""
    return bool(getattr(_limits(head), "TAKES_SAMPLES", False))


def forecasts(head: Head) -> bool:
    """Whether the problem is to say what comes next."""
    return bool(getattr(_limits(head), "FORECASTS", False))


def usual_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of the problem that is asked for, which go before the general ones where they are not given."""
    head = given.get("head", "forecast")
    usual = getattr(_limits(head), "usual", None) if head in FOLDERS else None
    return usual(given) if usual else {}


def fitting_network(
    head: Head, given: Mapping[str, Any], found: "HandedOver", samples: "ReadSamples | None"
) -> "HandedOver":
    """A network that was handed over, with what the problem takes of it; raises InputError where what it reads or gives is not the problem's."""
    fitting = getattr(_limits(head), "fitting", None)
    return fitting(given, found, samples) if fitting else found


def check_settings(
    samples: str, windows: WindowSpec, network: NetworkSpec, training: TrainingSpec, comparison: ComparisonSpec
) -> None:
    """Raises InputError on settings that the problem has no use for; imports nothing heavy."""
    if takes_samples(network.head):
        if not samples:
            raise InputError(
                f"--problem {network.head} without --samples: expected labelled windows, an .npz file with X and y, a CSV or Parquet file in "
                "long form, or a folder with a folder a class. Pass --samples FILE."
            )
        _limits(network.head).check_settings(windows, network, training, comparison)
        return
    wrong = {
        f"--samples {samples}": bool(samples),
        f"--loss {training.loss}": training.loss in HEADS,
        "--label-smoothing": bool(training.label_smoothing),
        "--class-weight": bool(training.class_weight),
        f"--metric {comparison.metric}": comparison.metric in OF_CLASSES,
    }
    if found := [flag for flag, is_given in wrong.items() if is_given]:
        raise InputError(
            f"{' and '.join(found)} with --problem {network.head}: a series has no classes. Pass --problem classification beside "
            "--samples, or leave it out."
        )


def _limits(head: Head) -> ModuleType:
    return import_module(f"{__name__}.{FOLDERS[head]}.limits")
