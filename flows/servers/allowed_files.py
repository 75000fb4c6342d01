"""Which files a run may read and write that was asked for in the dashboard: whoever reaches that is no shell user yet."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flows.environment import MLRUNS
from flows.studies.schedules import read_schedules
from flows.studies.study import Study
from tasks.build_network import file_of
from tasks.load_samples import locate_samples
from tasks.numerics.errors import InputError
from tasks.numerics.series.bundled import catalogue
from tasks.numerics.series.series_flags import names_of
from tasks.numerics.series.sources import file_of_database, is_address, masked
from tasks.numerics.series_settings import SeriesSpec

FOLDERS: Final = "INTERLAYER_SERIES_FOLDERS"
"""The variable with the folders that `interlayer serve` was given; set in its runs alone."""
ADDRESSES: Final = "INTERLAYER_SERIES_ADDRESSES"
"""The variable with the beginnings of addresses that it was given, with blanks between them."""


def check_allowed(study: Study) -> None:
    """Raises InputError where a run of `interlayer serve` names a file outside the allowed folders that no schedule names."""
    given = os.environ.get(FOLDERS)
    if given is None:
        return
    folders = [Path(folder) for folder in given.split(os.pathsep) if folder]
    scheduled = {path for schedule in read_schedules() for _, path in files_of(schedule.study)}
    check_address(study.data)
    for flag, path in files_of(study):
        if path.suffix == ".py" and path not in scheduled:
            raise InputError(
                f"{flag} {str(path)!r}: a run of the dashboard runs no Python file, whoever asks for it. Hand over the network as JSON "
                "(model.to_json()), add a schedule for it, or ask for this comparison on the command line."
            )
        within = [*folders, MLRUNS / "reports"] if flag == "--output" else folders
        if path not in scheduled and not any(path.is_relative_to(folder) for folder in within):
            named = f"the folders that were: {', '.join(map(str, folders))}" if folders else "no folder was"
            raise InputError(
                f"{flag} {str(path)!r}: a run of the dashboard reads bundled series, and files in folders named when "
                f"'interlayer serve' was started; {named}. Start it with --series-folder {str(path.parent)!r}, or ask for "
                "this comparison on the command line."
            )


def check_address(data: SeriesSpec) -> None:
    """Raises InputError where a run of `interlayer serve` names an address, or asks a query, that neither a schedule names nor is allowed."""
    if data.samples or not is_address(data.series) or file_of_database(data.series):
        return
    scheduled = {(one.study.data.series, one.study.data.query) for one in read_schedules()}
    allowed = os.environ.get(ADDRESSES, "").split()
    if (data.series, data.query) not in scheduled and not any(begins_with(data.series, one) for one in allowed):
        raise InputError(
            f"--series {masked(data.series)!r}: a run of the dashboard reads the addresses, and asks the queries, that a schedule names, and "
            "addresses that begin as allowed when 'interlayer serve' was started. Start it with --series-address, add a schedule for it, or "
            "ask for this comparison on the command line."
        )


def begins_with(address: str, beginning: str) -> bool:
    """Whether an address is below another one: the same scheme, user and host, and a path that goes on from it."""
    own, other = urlsplit(address), urlsplit(beginning)
    if (own.scheme, own.netloc) != (other.scheme, other.netloc) or ".." in own.path.split("/"):
        return False
    return own.path == other.path or own.path.startswith(other.path.rstrip("/") + "/")


def files_of(study: Study) -> Iterator[tuple[str, Path]]:
    """Every file and folder that a study names, by its flag, with links followed."""
    if study.data.samples:
        if path := locate_samples(study.data):
            yield "--samples", path.resolve()
    else:
        for name in names_of(study.data):
            own = file_of_database(name) or ("" if name in catalogue() or is_address(name) else name)
            if own:
                yield "--series", Path(own).expanduser().resolve()
    if study.network.network and (file := file_of(study.network.network)):
        yield "--network", file.resolve()
    for flag, name in (("--suite", study.data.suite), ("--output", study.output.output)):
        if name:
            yield flag, Path(name).expanduser().resolve()
