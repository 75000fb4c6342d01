"""The flags of `interlayer audit` that say which series, and how its file is read: fields of `SeriesSpec`, with their descriptions."""

import dataclasses
import inspect
from collections.abc import Callable
from typing import Annotated, Any, Final, get_type_hints

from cyclopts import Parameter

from flows.command_line.atlas_flags import parameter_of
from flows.command_line.flags import own_parameters, reads_settings
from flows.sources.passwords import hidden
from tasks.numerics.series_settings import INDEX, SeriesSpec

READ_BY: Final = ("query", "date", "date_format", "decimal", "value", "coverage")
"""Settings that an audit takes of a file: it takes the rows as they stand, and one series."""
SERIES: Final = "Bundled series by name, path to a CSV or Parquet file or a folder of them, or an address."


def reads_audited(command: Callable[..., None]) -> Callable[..., None]:
    """A command with a flag for each of `READ_BY`, that calls `command` with the `SeriesSpec`, then with its own parameters."""
    hints = get_type_hints(SeriesSpec, include_extras=True)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    series = inspect.Parameter("series", kind, annotation=Annotated[str, Parameter(help=SERIES)])
    settings = [parameter_of(one, hints[one.name]) for one in dataclasses.fields(SeriesSpec) if one.name in READ_BY]
    return reads_settings(command, [series, *settings, *own_parameters(command)], audited)


def audited(given: dict[str, Any]) -> SeriesSpec:
    """The series whose rows are taken as they stand."""
    return SeriesSpec(**{**given, "series": hidden(given["series"])}, frequency=INDEX)
