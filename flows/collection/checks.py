"""What is known to be wrong of an Atlas before anything heavy is imported or started."""

import dataclasses
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from flows.environment import MLRUNS
from tasks.numerics.atlas.settings import BUNDLED, NETWORKS, VARIANTS, AtlasSpec
from tasks.numerics.errors import InputError
from tasks.numerics.series.bundled import catalogue
from tasks.numerics.wording import cut, did_you_mean, few

ENDINGS = (".csv", ".parquet")
TABLE = "effects.parquet"


def table_folder(output: str) -> Path:
    """Where the table is written: the folder that is named, or one of the project's own state."""
    return Path(output).expanduser() if output else MLRUNS / "atlas"


def shown_folder(output: str) -> Path:
    """Which table is shown: that of the folder named, else the one collected last, else the bundled one.

    Raises InputError where there is none.
    """
    own = table_folder(output)
    folder = own if output or (own / TABLE).exists() else BUNDLED
    check_is_there(folder)
    return folder


def check_is_there(folder: Path) -> None:
    """Raises InputError where a folder has no table."""
    if not (folder / TABLE).exists():
        raise InputError(
            f"There is no Atlas in {folder}: {TABLE} is missing. Expected the folder that 'interlayer atlas' wrote: run it first, "
            "or name another with --output."
        )


def checked_atlas(spec: AtlasSpec) -> AtlasSpec:
    """The settings, lists with commas taken apart; raises InputError on those that can't be, and on files that are not there."""
    spec = dataclasses.replace(spec, networks=split_names(spec.networks), variants=split_names(spec.variants))
    hints: dict[str, Any] = get_type_hints(AtlasSpec, include_extras=True)
    for field in dataclasses.fields(spec):
        value = getattr(spec, field.name)
        try:
            TypeAdapter(hints[field.name]).validate_python(value)
        except ValidationError as error:
            expected = error.errors()[0]["msg"].replace("Input should", "it should")
            raise InputError(f"--{field.name} {value}: {expected}.") from error
    check_names("--networks", spec.networks, list(NETWORKS))
    check_names("--variants", spec.variants, [one.name for one in VARIANTS])
    if not files_of(spec) and not any(matches(name, spec.only) for name in catalogue()):
        raise InputError(
            f"--only {cut(spec.only)!r} matches no bundled series, and no --series is given. Expected a pattern such as 'sunspots*'; "
            "'interlayer series' lists the names."
        )
    return spec


def split_names(given: tuple[str, ...]) -> tuple[str, ...]:
    """Names, several of them perhaps with commas between them."""
    return tuple(name.strip() for text in given for name in text.split(",") if name.strip())


def check_names(flag: str, given: tuple[str, ...], known: list[str]) -> None:
    """Raises InputError where a name is none of those known."""
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known)
            raise InputError(
                f"{flag} {cut(name)!r} is none of the Atlas'.{hint} Expected some of: {few(known, len(known))}."
            )


def files_of(spec: AtlasSpec) -> list[Path]:
    """The files that are asked for, those of a folder by name; raises InputError where there is none."""
    found: list[Path] = []
    for given in spec.series:
        path = Path(given).expanduser()
        own = sorted(one for one in path.glob("*") if one.suffix in ENDINGS) if path.is_dir() else [path]
        if not own or not all(one.is_file() for one in own):
            raise InputError(
                f"--series {cut(given, 300)!r}: there is no such file, or no {' or '.join(ENDINGS)} file in that folder. "
                "Expected a file in long form with the columns id, date and value, or a folder of them."
            )
        found += own
    if len({one.stem for one in found}) < len(found):
        raise InputError(
            f"--series: two files have one name ({few(sorted(one.stem for one in found))}), and a source is called after its file. Rename one."
        )
    return found


def matches(name: str, pattern: str) -> bool:
    """Whether a series is asked for by name."""
    return not pattern or fnmatchcase(name, pattern)
