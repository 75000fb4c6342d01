"""Names of champions, and what may be kept under one; nothing heavy is imported."""

from collections.abc import Sequence

from flows.studies.schedules import DEFAULT, NAME
from flows.studies.study import Study
from tasks.numerics.errors import InputError
from tasks.numerics.problems import forecasts
from tasks.numerics.wording import cut, did_you_mean, few


def check_name(name: str, called: str = "NAME") -> None:
    """Raises InputError where it is no name of a champion: the same are those of schedules."""
    if not NAME.fullmatch(name) or name == DEFAULT:
        raise InputError(
            f"{called} {cut(name)!r}: expected up to 40 letters, digits, '.', '_' and '-', a letter or digit first, such as sales-weekly, and not "
            f"{DEFAULT!r}."
        )


def known_in_words(name: str, names: Sequence[str]) -> str:
    """Names under which champions are kept, the nearest first, and how one is kept; it follows what is wrong with a name."""
    known = f"There are: {few(names)}." if names else "There are none yet."
    return f"{did_you_mean(name, names)} {known} A comparison keeps one: interlayer compare FILE --champion {name}"


def check_champion(study: Study) -> None:
    """Raises InputError where what a comparison chooses could not be kept as a champion."""
    name = study.output.champion
    if not name:
        return
    check_name(name, "--champion")
    if not forecasts(study.network.head):
        raise InputError(
            f"--champion {name} with --problem {study.network.head}: a champion forecasts, and this problem does not. Leave --champion out, or "
            "compare forecasters (--problem forecast)."
        )
