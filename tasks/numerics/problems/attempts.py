"""What may fail without costing a result: a test, a figure. What could not be computed is said, with the reason."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from tasks.numerics.errors import InputError
from tasks.numerics.problems.drawings import Drawing, Drawings, Missing

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")
RAISES = False
"""Whether what fails ends everything: in tests, where no mistake of ours may hide."""


def attempt(compute: Callable[[], T], otherwise: Callable[[Exception], U]) -> T | U:
    """What is computed, or what `otherwise` makes of the error."""
    try:
        return compute()
    except Exception as error:  # whatever it is, training is done and its result must not be lost
        if RAISES:
            raise
        return otherwise(error)


class Attempts:
    """Computes, and keeps what could not be computed."""

    def __init__(self) -> None:
        """Before the first one."""
        self.failures: list[str] = []

    def __call__(
        self, what: str, otherwise: U, compute: Callable[P, T], *arguments: P.args, **named: P.kwargs
    ) -> T | U:
        """What is computed, or where that fails `otherwise`; raises InputError, which a user can mend."""

        def failed(error: Exception) -> U:
            if isinstance(error, InputError):
                raise error
            self.failures.append(f"{what[:1].upper()}{what[1:]} could not be computed: {reason(error)}.")
            return otherwise

        return attempt(lambda: compute(*arguments, **named), failed)


def attempt_drawing(name: str, draw: Callable[P, Drawing], *arguments: P.args, **named: P.kwargs) -> Drawings:
    """A figure under its name, or where it fails one that says so."""
    return attempt_drawings(name, lambda: {name: draw(*arguments, **named)})


def attempt_drawings(group: str, draw: Callable[P, Drawings], *arguments: P.args, **named: P.kwargs) -> Drawings:
    """Figures whose names begin as `group` does, or where they fail one of that name that says so."""
    return attempt(
        lambda: draw(*arguments, **named),
        lambda error: {group: Missing(f"<b>{group.partition('/')[0]}</b>", reason(error))},
    )


def reason(error: Exception) -> str:
    """An error in a line."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}{': ' if said else ''}{said[:200]}"
