"""`interlayer serve` and `interlayer ui`: the dashboards on loopback, until Ctrl-C."""

import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.text import Text

from flows.deployments.deployment import SERVING
from flows.environment import LOGS, MLRUNS
from flows.scheduling.alerting import NOBODY, Alerting, check_alerting
from flows.servers.addresses import local, noted, refuse_second
from flows.servers.allowed_files import ADDRESSES, FOLDERS
from flows.servers.processes import Server, start_mlflow, start_prefect
from flows.servers.shared_prefect import stop_idle_server
from flows.servers.store_checks import MLFLOW_STORE, check_mlflow_store, check_prefect_store
from flows.studies.schedules import Schedule, read_schedules
from flows.team.listening import check_host, check_ports, in_words, seen_from_elsewhere
from flows.team.one_server import only_one_serves
from flows.team.stores import tracking_database, tracking_server
from tasks.numerics.errors import InputError
from tasks.numerics.findings.tracked_names import TRACKING
from tasks.numerics.series.sources import is_address, kind_of, masked

WATCH_SECONDS = 0.2


def serve_all(
    prefect_port: int,
    mlflow_port: int,
    series_folders: Sequence[str] = (),
    series_addresses: Sequence[str] = (),
    alerting: Alerting = NOBODY,
    host: str = "",
) -> None:
    """Starts both dashboards and the deployment, whose runs read series of the folders; stops them at an interrupt, or with code 1 when one of them ends."""
    refuse_second("serve")
    check_alerting(alerting)
    check_host(host)
    ports = {"prefect": prefect_port} | ({} if tracking_server() else {"mlflow": mlflow_port})
    check_ports({f"--{name}-port": port for name, port in ports.items()}, host)
    allowed = {FOLDERS: os.pathsep.join(checked_folders(series_folders))}
    allowed[ADDRESSES] = " ".join(checked_addresses(series_addresses))
    check_prefect_store()
    check_mlflow_store()
    schedules = read_schedules()
    console, servers, secret = Console(), list[Server](), secrets.token_hex(16)
    note = noted("serve", ports, secret, seen_from_elsewhere(host))
    with stopped_at_the_end(servers, console), only_one_serves(), note:
        with suppress(InputError):  # a comparison that uses the commands' own server goes on with it
            stop_idle_server()
        with console.status("Starting Prefect's server, MLflow's UI and the deployment ..."):
            servers.append(start_prefect(prefect_port, dashboard(prefect_port, host), secret, host))
            servers.append(start_deployment(prefect_port, allowed | alerting.environment))
            if "mlflow" in ports:
                servers.append(mlflow_on_its_store(mlflow_port, host))
            for server in servers:
                server.wait()
        tracker = tracking_server() or newest_comparison(mlflow_port)
        tell(console, places(servers[1], prefect_port, tracker) | next_runs(schedules), in_words(host, ports))
        watch(servers)


def serve_ui(port: int, host: str = "") -> None:
    """Starts MLflow's UI on the project's store, or a team's; stops it at an interrupt, or with code 1 when it ends."""
    refuse_second("ui")
    if tracking_server():
        raise InputError(f"{TRACKING} names an MLflow server: its UI is at {tracking_server()}.")
    check_host(host)
    check_ports({"--port": port}, host)
    check_mlflow_store()
    console, servers, ports = Console(), list[Server](), {"mlflow": port}
    with stopped_at_the_end(servers, console), noted("ui", ports, host=seen_from_elsewhere(host)):
        with console.status("Starting MLflow's UI ..."):
            servers.append(mlflow_on_its_store(port, host))
            servers[0].wait()
        tell(console, {"MLflow": newest_comparison(port)}, in_words(host, ports))
        watch(servers)


def mlflow_on_its_store(port: int, host: str) -> Server:
    """MLflow's server, once its store is whole."""
    if not tracking_database():
        from tasks.track.store import create_store

        create_store(MLRUNS)
    return start_mlflow(port, host)


def checked_folders(given: Sequence[str]) -> list[str]:
    """Absolute paths of folders, with links followed; raises InputError where one is none."""
    folders = [Path(folder).expanduser().resolve() for folder in given]
    for named, folder in zip(given, folders, strict=True):
        if not folder.is_dir():
            raise InputError(
                f"--series-folder {named}: expected a folder with series that the dashboard's runs may read."
            )
    return [str(folder) for folder in folders]


def checked_addresses(given: Sequence[str]) -> Sequence[str]:
    """Beginnings of addresses; raises InputError where one is none."""
    for address in given:
        if not is_address(address) or " " in address or masked(address) != address:
            raise InputError(
                f"--series-address {masked(address)}: expected how addresses begin that the dashboard's runs may read, without a password, "
                "such as https://example.org/data or postgresql+psycopg://reader@host/sales."
            )
        kind_of(address)
    return given


def dashboard(port: int, host: str = "") -> dict[str, str]:
    """Settings of Prefect's server: other pages in the user's browser can't reach it."""
    # Beyond loopback the browser asks where it has the page from.
    api = {"PREFECT_SERVER_UI_API_URL": "/api"} if host else {}
    return api | {
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{port},http://localhost:{port}",
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    }


def start_deployment(prefect_port: int, environment: Mapping[str, str]) -> Server:
    """The process that runs what is asked for, and what is scheduled."""
    command = [sys.executable, "-m", "flows.deployments.deployment"]
    log = LOGS / "deployment.log"
    return Server(
        "deployment",
        command,
        lambda: SERVING in log.read_text(errors="replace"),
        {
            "PREFECT_API_URL": f"{local(prefect_port)}/api",
            "INTERLAYER_FOLDER": str(Path.cwd()),
            **environment,
        },
    )


@contextmanager
def stopped_at_the_end(servers: list[Server], console: Console) -> Iterator[None]:
    """Stops the servers, last started first, at an interrupt or the end; a second interrupt doesn't hurry it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        console.print("\nStopping ...")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for server in reversed(servers):
            server.stop()
    console.print("Stopped; nothing runs any more.")


def interrupt(number: int, frame: FrameType | None) -> None:
    """Any signal that asks for an end is an interrupt."""
    raise KeyboardInterrupt


def watch(servers: list[Server]) -> None:
    """Waits; raises SystemExit with code 1 when one of the servers ends by itself."""
    while all(server.process.poll() is None for server in servers):
        time.sleep(WATCH_SECONDS)
    for server in servers:
        code = server.process.poll()
        if code is not None:
            print(
                f"interlayer: {server.name} ended by itself (code {code}); the end of its log {server.log}:",
                file=sys.stderr,
            )
            print(server.last_words(), file=sys.stderr)
    sys.exit(1)


def places(deployment: Server, prefect_port: int, tracker: str) -> dict[str, str]:
    """What to do next, and where."""
    log = deployment.log.read_text(errors="replace")
    comparisons, forecasts, *_ = log.partition(SERVING)[2].split()
    return {
        "Run a comparison": f"{local(prefect_port)}/v2/deployments/deployment/{comparisons}/run  (fill in the form, press Submit)",
        "Forecast": f"{local(prefect_port)}/v2/deployments/deployment/{forecasts}/run  (with the champion that a comparison keeps)",
        "Runs and results": f"{local(prefect_port)}/v2/runs  (a run's Artifacts tab shows progress, result and report)",
        "MLflow": f"{tracker}  (every seed of every variant)",
    }


def newest_comparison(mlflow_port: int) -> str:
    """Where MLflow shows the comparison that was tracked last, or its first page where there is none."""
    from tasks.numerics.findings.sqlite_runs import newest_experiment
    from tasks.numerics.findings.tracked_view import VIEW_TAG, view_address

    experiment = "" if tracking_database() else newest_experiment(MLFLOW_STORE, VIEW_TAG)
    return view_address(local(mlflow_port), experiment) if experiment else local(mlflow_port)


def next_runs(schedules: tuple[Schedule, ...]) -> dict[str, str]:
    """What runs by itself, and when next."""
    if not schedules:
        return {
            "Schedules": "none; interlayer schedule add NAME --cron '0 6 * * 1' runs a comparison every Monday at 6:00"
        }
    now = datetime.now(UTC)
    first = min(schedules, key=lambda one: one.next_run(now))
    others = f"; {len(schedules)} in all: interlayer schedule list" if len(schedules) > 1 else ""
    return {"Schedules": f"next {first.name}, {first.next_run(now):%a %d %b %H:%M} ({first.timezone}){others}"}


def tell(console: Console, where: Mapping[str, str], reached: Sequence[str] = ()) -> None:
    """The addresses, once they answer, and what it means that they are `reached` from elsewhere."""
    for name, place in where.items():
        # Addresses are not wrapped, so that they can be clicked and copied whole.
        console.print(Text(f"{name:<17} {place}"), soft_wrap=True)
    for sentence in reached:
        console.print(Text(sentence, "bold" if sentence.startswith("!") else ""), soft_wrap=True)
    console.print("Ctrl-C stops everything.")
