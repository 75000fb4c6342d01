"""`interlayer forecast` and `interlayer history`, and their flags; heavy packages are imported where they are used."""

from typing import Annotated

from cyclopts import Parameter


def forecast(
    name: Annotated[str, Parameter(help="The champion's name: a comparison keeps one by --champion NAME.")],
    *,
    series: Annotated[
        str,
        Parameter(
            help="Where the newest rows are, in the form that the comparison read; where it read them where empty."
        ),
    ] = "",
    output: Annotated[str, Parameter(help="Folder for the files too; they always lie below mlruns/forecasts.")] = "",
    tracking: Annotated[str, Parameter(help="Address of an MLflow server; the project's own store where empty.")] = "",
) -> None:
    """Forecast the periods after the newest rows with the champion of a name, with intervals of 80 and 95 %.

    The rows are held to the same expectations as in a comparison. The forecast goes to the terminal, to CSV, Parquet, a page and a picture, and to MLflow; it is kept, so that 'interlayer history' can hold it against what comes. Prefect takes no part.
    """
    from flows.operation.first_checks import check_forecast

    check_forecast(name, series, output, tracking)
    from flows.command_line.champions import run_forecast

    run_forecast(name, series, output, tracking)


def history(
    name: Annotated[str, Parameter(help="The champion's name.")],
    *,
    series: Annotated[
        str, Parameter(help="Where the newest values are; where the champion's comparison read them where empty.")
    ] = "",
    tracking: Annotated[str, Parameter(help="Address of an MLflow server; the project's own store where empty.")] = "",
    open_page: Annotated[bool, Parameter(name="--open", negative=(), help="Open the page in the browser too.")] = False,
) -> None:
    """Show how verdict, odds, champion and forecast errors moved over time: forecasts of the past against what came."""
    from flows.operation.first_checks import check_forecast

    check_forecast(name, series, "", tracking)
    from flows.command_line.champions import run_history

    run_history(name, series, tracking, open_page)
