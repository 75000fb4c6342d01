"""The flags of `interlayer audit` that say which series, and how its file is read: fields of `SeriesSpec`, with their descriptions."""

import dataclasses
import inspect
from collections.abc import Callable
from typing import Annotated, Any, Final, get_type_hints

from cyclopts import Parameter

from flows.command_line.flags import own_parameters, plain_kind
from flows.sources.passwords import hidden
from flows.studies.given_settings import description_of, flag_of
from tasks.numerics.series_settings import INDEX, SeriesSpec

READ_BY: Final = ("query", "date", "date_format", "decimal", "value", "coverage")
"""Settings that an audit takes of a file: it takes the rows as they stand, and one series."""
SERIES: Final = "Bundled series by name, path to a CSV or Parquet file or a folder of them, or an address."


def reads_audited(command: Callable[..., None]) -> Callable[..., None]:
    """A command with a flag for each of `READ_BY`, that calls `command` with the `SeriesSpec`, then with its own parameters."""
    hints = get_type_hints(SeriesSpec, include_extras=True)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    series = inspect.Parameter("series", kind, annotation=Annotated[str, Parameter(help=SERIES)])
    settings = [
        inspect.Parameter(
            one.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=one.default,
            annotation=Annotated[
                plain_kind(hints[one.name]),
                Parameter(name=flag_of(one.name), help=description_of(hints[one.name])),
            ],
        )
        for one in dataclasses.fields(SeriesSpec)
        if one.name in READ_BY
    ]
    signature = inspect.Signature([series, *settings, *own_parameters(command)])

    def run(series: str, **given: Any) -> None:
        read_by = {name: value for name, value in given.items() if name in READ_BY}
        others = {name: value for name, value in given.items() if name not in READ_BY}
        command(SeriesSpec(series=hidden(series), frequency=INDEX, **read_by), **others)

    run.__signature__ = signature  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
    run.__name__, run.__doc__ = command.__name__, inspect.getdoc(command)
    return run
