"""The flags of `interlayer atlas`: every field of `AtlasSpec` by its own name, with its description."""

import dataclasses
import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from cyclopts import Parameter

from flows.command_line.flags import own_parameters, plain_kind, reads_settings
from flows.studies.given_settings import description_of, flag_of
from tasks.numerics.atlas.settings import AtlasSpec


def reads_atlas(command: Callable[..., None]) -> Callable[..., None]:
    """A command with one flag a setting, that calls `command` with the `AtlasSpec`, then with its own parameters."""
    hints = get_type_hints(AtlasSpec, include_extras=True)
    settings = [parameter_of(field, hints[field.name]) for field in dataclasses.fields(AtlasSpec)]
    return reads_settings(command, [*settings, *own_parameters(command)], lambda given: AtlasSpec(**given))


def parameter_of(field: Any, kind: Any) -> inspect.Parameter:
    """A setting as a flag; a list takes its values one after another, or with commas between them."""
    plain = plain_kind(kind)
    several = get_origin(plain) is tuple and len(get_args(plain)) == 2
    flag = Parameter(
        name=flag_of(field.name),
        help=description_of(kind),
        negative_iterable=(),
        consume_multiple=1 if several else False,
    )
    return inspect.Parameter(
        field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=Annotated[plain, flag]
    )
