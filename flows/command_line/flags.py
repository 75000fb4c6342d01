"""Flags from the settings: every field of `Study`'s groups, by its own name, with its description."""

import dataclasses
import inspect
import shlex
from collections.abc import Callable
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from cyclopts import Group, Parameter

from flows.studies.given_settings import FIRST_NAMES, description_of, fields_of_groups, first_names, flag_of, study_from
from flows.studies.presets import DESCRIPTION, PresetName, listed
from flows.studies.study import Study
from flows.terminal.lines import write_line
from flows.terminal.progress import on_terminal, show_progress
from tasks.load_samples import read_samples
from tasks.numerics.problems import check_problem, takes_samples
from tasks.numerics.series.series_flags import names_of

POSITIONAL = "series"
"""The setting that may stand without its flag."""
TITLES = {
    "data": "Data",
    "windows": "Windows",
    "network": "Network",
    "training": "Training",
    "comparison": "Comparison",
    "output": "Output",
}


def reads_study(command: Callable[..., None]) -> Callable[..., None]:
    """A command with one flag a setting, that calls `command` with the validated `Study`, then with its own parameters."""
    parameters = sorted([*own_parameters(command), *_parameters()], key=lambda parameter: parameter.kind)
    run = reads_settings(command, parameters, read_study)
    paragraphs = (inspect.getdoc(command) or "").split("\n\n")
    # One line a paragraph: the terminal's width breaks them, ours would be one break too many.
    run.__doc__ = "\n\n".join([*(" ".join(one.split()) for one in paragraphs), listed()])
    return run


def reads_settings(
    command: Callable[..., None], parameters: list[inspect.Parameter], made: Callable[[dict[str, Any]], Any]
) -> Callable[..., None]:
    """A command with these parameters, that calls `command` with what is `made` of those that are not its own, then with its own."""
    own, signature = {one.name for one in own_parameters(command)}, inspect.Signature(parameters)

    def run(*arguments: Any, **flags: Any) -> None:
        given = signature.bind(*arguments, **flags).arguments
        others = {name: value for name, value in given.items() if name in own}
        command(made({name: value for name, value in given.items() if name not in own}), **others)

    run.__signature__ = signature  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in signature.parameters.values()}
    run.__name__, run.__doc__ = command.__name__, inspect.getdoc(command)
    return run


def read_study(given: dict[str, Any]) -> Study:
    """`study_from`, with the network read that was handed over, if one was; what was taken from it is said."""
    # A model in memory stands for its own text until it is read.
    network = given.get("network")
    study = study_from(given if network is None or isinstance(network, str) else {**given, "network": str(network)})
    if not study.network.network:
        return study
    check_problem(1, study.network)
    from flows.comparison.first_checks import check_files
    from flows.studies.own_networks import with_own_network

    # What is told at once is told before Keras is imported.
    if not study.data.samples:
        check_files(study.data, names_of(study.data))
    # Of labelled windows the head says what they are for, and no layer: a network may be handed over beside it.
    of_samples = {"head"} if takes_samples(study.network.head) else set[str]()
    own = {name: value for name, value in first_names(given).items() if name not in of_samples}
    from flows.terminal.quiet_libraries import libraries_kept_quiet

    with libraries_kept_quiet(), on_terminal(), show_progress("network"):
        samples = read_samples(study.data) if of_samples else None
        own, said = with_own_network(own, study.network.head, samples)
    for sentence in said:
        write_line(sentence)
    return study_from({**own, **dict.fromkeys(of_samples, study.network.head)})


def flags_of(study: Study) -> list[str]:
    """The series, and the settings that differ from the default, as a command line has them: a flag and its value each."""
    given = {name: value for settings in study.changed().values() for name, value in settings.items()}
    return [_as_flag(name, value) for name, value in ({"series": study.data.series} | given).items()]


def _as_flag(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return flag_of(name) if value else f"--no-{flag_of(name)[2:]}"
    given = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"{flag_of(name)} {shlex.quote(given)}"


def as_tokens(arguments: list[str]) -> list[str]:
    """Command-line arguments with lists of values (`--layers 100,50`) as one flag a value."""
    lists = {flag_of(name) for fields in fields_of_groups().values() for name, kind in fields.items() if _is_list(kind)}
    tokens: list[str] = []
    waiting = ""
    for argument in arguments:
        flag, equals, value = argument.partition("=")
        if waiting or (flag in lists and equals):
            tokens += [
                token
                for part in (value if not waiting else argument).split(",")
                for token in (waiting or flag, part.strip())
            ]
            waiting = ""
        elif argument in lists:
            waiting = argument
        else:
            tokens.append(argument)
    return [*tokens, waiting] if waiting else tokens


def own_parameters(command: Callable[..., None]) -> list[inspect.Parameter]:
    """What a command takes beside the study, which comes first."""
    kinds = get_type_hints(command, include_extras=True)
    _, *others = inspect.signature(command).parameters.values()
    return [parameter.replace(annotation=kinds[parameter.name]) for parameter in others]


def _parameters() -> list[inspect.Parameter]:
    shown = Parameter(name="--preset", help=DESCRIPTION)
    preset = Annotated[PresetName, shown]
    found = [inspect.Parameter("preset", inspect.Parameter.KEYWORD_ONLY, default="default", annotation=preset)]
    for number, (group, field) in enumerate(Study.model_fields.items()):
        hints = get_type_hints(type(field.default), include_extras=True)
        group_shown = Group(TITLES[group], sort_key=number)
        for setting in dataclasses.fields(type(field.default)):
            kind = hints[setting.name]
            names = [
                flag_of(setting.name),
                *(flag_of(second) for second, own in FIRST_NAMES.items() if own == setting.name),
            ]
            flag = Parameter(name=names, help=description_of(kind), group=group_shown, negative_iterable=())
            found.append(
                inspect.Parameter(
                    setting.name,
                    # `compare sales.csv` names the series as `--series sales.csv` does.
                    inspect.Parameter.POSITIONAL_OR_KEYWORD
                    if setting.name == POSITIONAL
                    else inspect.Parameter.KEYWORD_ONLY,
                    default=setting.default,
                    annotation=Annotated[plain_kind(kind), flag],
                )
            )
    return sorted(found, key=lambda parameter: parameter.kind)


def plain_kind(kind: Any) -> Any:
    """The type without Pydantic's bounds: those are checked, and worded, together."""
    if get_origin(kind) is Annotated:
        return plain_kind(get_args(kind)[0])
    if get_origin(kind) is tuple:
        return tuple[plain_kind(get_args(kind)[0]), ...]  # type: ignore[misc]
    return kind


def _is_list(kind: Any) -> bool:
    return get_origin(plain_kind(kind)) is tuple
