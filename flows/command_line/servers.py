"""`interlayer server`, `ui` and `serve`: the servers of the project, seen, stopped and served."""

from typing import Annotated

from cyclopts import App, Parameter

from flows.scheduling.alerting import NOBODY, Alerting

server_app = App(name="server", help="See or stop the Prefect server that comparisons leave for the next ones.")


@server_app.command
def status() -> None:
    """Say whether Prefect's server runs, where, and when it ends."""
    from flows.servers.shared_prefect import in_words

    print(in_words())


@server_app.command
def stop() -> None:
    """Stop Prefect's server now."""
    from flows.servers.shared_prefect import stop_idle_server

    print("Stopped." if stop_idle_server() else "No Prefect server of this project runs.")


BEYOND = (
    "Address or name of this machine by which others reach it, 0.0.0.0 for all of them; loopback alone where empty."
)


def ui(
    *,
    port: Annotated[int, Parameter(help="Port on loopback.")] = 5000,
    host: Annotated[str, Parameter(help=BEYOND)] = "",
) -> None:
    """Open MLflow's UI on the project's runs, until Ctrl-C."""
    from flows.serve import serve_ui

    serve_ui(port, host)


def serve(
    *,
    prefect_port: Annotated[int, Parameter(help="Port of Prefect's dashboard on loopback.")] = 4200,
    mlflow_port: Annotated[int, Parameter(help="Port of MLflow's UI on loopback.")] = 5000,
    series_folder: Annotated[
        tuple[str, ...],
        Parameter(
            negative=(), help="Folder of files that runs of the dashboard may read, beside bundled series; repeatable."
        ),
    ] = (),
    series_address: Annotated[
        tuple[str, ...],
        Parameter(
            negative=(),
            help="How addresses begin that runs of the dashboard may read and ask, such as https://example.org/data; repeatable.",
        ),
    ] = (),
    alerting: Annotated[Alerting, Parameter(name="*")] = NOBODY,
    host: Annotated[str, Parameter(help=BEYOND)] = "",
) -> None:
    """Serve Prefect's dashboard, MLflow's UI, the deployment compare-activations/default and schedules, until Ctrl-C."""
    from flows.serve import serve_all

    serve_all(prefect_port, mlflow_port, series_folder, series_address, alerting, host)
