"""The command line: `interlayer compare`, `audit`, `atlas`, `show`, `forecast`, `history`, `series`, `server`, `ui`, `serve`, `doctor`, `schedule`. Heavy packages are imported where they are used."""

import sys
import traceback
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter

from flows.command_line.atlas_flags import reads_atlas
from flows.command_line.audit_flags import reads_audited
from flows.command_line.champion_commands import forecast, history
from flows.command_line.flags import as_tokens, reads_study
from flows.command_line.schedules import schedules
from flows.command_line.servers import serve, server_app, ui
from flows.command_line.upkeep import clean, doctor, worker
from flows.environment import begin_own_process
from flows.private_files import check_home, keep_private
from flows.studies.study import Study
from flows.team.stores import check_team_stores
from flows.terminal.exit_codes import CANCELLED, INTERRUPTED, PIPE_CLOSED
from flows.terminal.interrupts import leave
from flows.terminal.plain_characters import show_nearest_characters
from tasks.numerics.atlas.settings import AtlasSpec
from tasks.numerics.errors import InputError
from tasks.numerics.series_settings import SeriesSpec

app = App(
    name="interlayer",
    help="Does an activation function in or between LSTM layers help, on your series? Answered with evidence.",
    help_format="plaintext",
    suppress_keyboard_interrupt=False,
)


@app.command
@reads_study
def compare(
    study: Study,
    *,
    explain: Annotated[
        bool, Parameter(negative=(), help="Say all there is to say of the result on the terminal, as the report does.")
    ] = False,
) -> None:
    """Compare activation variants of an LSTM on a series, over many seeds, with baselines beside them.

    Without any option it compares relu and elu with the plain Keras LSTM on monthly sales of drugs. What was trained
    before is not trained again. Results go to the terminal, to report.html and summary.json, to MLflow (see
    'interlayer ui') and to Prefect (see 'interlayer serve').
    """
    from flows.comparison.first_checks import check_study

    check_study(study)
    from flows.command_line.commands import run_compare

    run_compare(study, explain)


@app.command
@reads_audited
def audit(
    series: SeriesSpec,
    *,
    seeds: Annotated[int, Parameter(help="Training runs of every variant and recipe.")] = 200,
    claim: Annotated[
        str, Parameter(help="Claim as a TOML file; the best-known answer on hotel cancellations where empty.")
    ] = "",
    output: Annotated[
        str, Parameter(help="Folder for audit.html and audit.json; one of its own under mlruns/audits where empty.")
    ] = "",
) -> None:
    """Set a published claim that one activation beats another against what many seeds give.

    It is replayed as it was published and done properly: in which percentile its numbers lie, how often single runs would have said the same, and the verdict over all seeds. Neither Prefect nor MLflow takes part.

    The keys of a claim file stand at the head of tasks/numerics/audit/claim_files.py.
    """
    from flows.comparison.first_checks import check_audit

    claimed = check_audit(series, seeds, claim, output)
    from flows.command_line.commands import run_audit

    run_audit(series, seeds, claimed, output)


@app.command
@reads_atlas
def atlas(
    spec: AtlasSpec,
    *,
    output: Annotated[str, Parameter(help="Folder of the table; one of its own under mlruns/atlas where empty.")] = "",
    shown: Annotated[
        bool, Parameter(name="--show", negative=(), help="Train nothing: show what the table says.")
    ] = False,
    track: Annotated[
        bool,
        Parameter(
            help="Keep the run's history in Prefect, and the Atlas in MLflow: the same command again updates its run."
        ),
    ] = True,
) -> None:
    """Compare many variants on many series, and say what they say together: the evidence behind a decision.

    It takes hours, and can be ended at any moment: what was trained is kept, and the same command goes on from there. Cheap series come first. The table is the same however often it was interrupted.
    """
    from flows.collection.checks import check_is_there, checked_atlas, shown_folder, table_folder

    checked = checked_atlas(spec)
    if shown:
        shown_folder(output)  # before anything heavy is imported
    elif checked.add:
        check_is_there(table_folder(output))
    from flows.command_line.atlas import run_atlas, show_atlas

    if shown:
        show_atlas(output)
    else:
        run_atlas(checked, output, track)


@app.command
def show(
    result: Annotated[
        str, Parameter(help="Folder of results, its name, or its series' name; the last result where empty.")
    ] = "",
    *,
    open_page: Annotated[
        bool, Parameter(name="--open", negative=(), help="Open the report in the browser instead.")
    ] = False,
    explain: Annotated[bool, Parameter(negative=(), help="Say all there is to say of it.")] = False,
) -> None:
    """Show a result again as it was shown, without training anything."""
    from flows.command_line.shown_results import open_page_of, show_again

    if open_page:
        open_page_of(result)
    else:
        show_again(result, explain)


@app.command(name="series")
def list_series() -> None:
    """List the bundled series."""
    from flows.command_line.commands import show_series

    show_series()


app.command(server_app)
app.command(ui)
app.command(serve)


app.command(doctor)
app.command(clean)
app.command(worker)
app.command(forecast)
app.command(history)
app.command(schedules)


def run() -> None:
    """Runs the command line in an environment of its own, and ends the process."""
    show_nearest_characters()
    begin_own_process()
    keep_private()
    leave(exit_code(sys.argv[1:]))


def exit_code(arguments: list[str]) -> int:
    """Runs a command; what a user can mend is said on standard error."""
    try:
        check_home()
        check_team_stores()
        code = app(as_tokens(arguments), exit_on_error=False)
    except CycloptsError:  # said already
        return 2
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    except InputError as error:
        print(f"interlayer: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read the output has seen enough
        return PIPE_CLOSED
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        print(
            f"interlayer: {error.strerror or error}{place}. Run the same command again when that is mended: "
            "a comparison trains nothing again of what it has trained.",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print(CANCELLED, file=sys.stderr)
        return INTERRUPTED
    except Exception:
        traceback.print_exc()
        return 1
    return code if isinstance(code, int) else 0
