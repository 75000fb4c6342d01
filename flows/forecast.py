"""The flow `forecast-champion`: what comes next, by the champion of a name."""

from prefect import flow, get_run_logger

from flows.flow_runs.failed_runs import show_what_to_do
from flows.operation.forecast_artifacts import forecast_artifacts
from flows.operation.forecasting import Forecasted, champion_of, made_by, registry
from flows.operation.latest_data import asked_for
from flows.scheduling.alerts import alert_failed
from flows.servers.allowed_files import check_allowed
from flows.servers.run_history import create_artifacts, remember
from tasks.track.registry import load_champion


@flow(
    name="forecast-champion",
    flow_run_name="forecast {name}",
    persist_result=False,
    on_running=[remember],
    on_failure=[show_what_to_do, alert_failed],
)
def forecast_champion(name: str, series: str = "", output: str = "", tracking: str = "") -> str:
    """What comes after the newest rows, by the champion of a name; gives the folder of the forecast.

    Args:
        name: The champion's name: a comparison keeps one under it (Champion, of the group output; or --champion).
        series: Where the newest rows are; where the champion's comparison read them where empty.
        output: Folder for forecast.csv, forecast.parquet, forecast.html and forecast.png beside the project's own.
        tracking: Address of an MLflow server; the project's own store where empty.
    """
    where = registry(tracking)
    version = champion_of(name, where)
    model = load_champion(where, name, version)
    if series or output:
        # What the champion's own comparison read was allowed then.
        check_allowed(asked_for(series, output))
    made: Forecasted = made_by(model, version, (series, output), where)
    log = get_run_logger()
    for sentence in made.warnings:
        log.warning(sentence)
    log.info(f"{name}: version {made.version} forecast {len(made.table)} values; they lie in {made.folder}.")
    create_artifacts(forecast_artifacts(made))
    return str(made.folder)
