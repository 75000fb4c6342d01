"""What is known to be wrong before anything heavy is imported or started: settings, files, places."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from flows.comparison.checks import check_budget, check_folder, check_places
from flows.comparison.places import given_folder
from flows.sources.bringing import check_source
from flows.studies.champion_names import check_champion
from flows.studies.study import Study
from flows.team.stores import tracking_server
from flows.terminal.lines import write_line
from flows.workers.addresses import check_address
from flows.workers.checks import check_workers
from tasks.load_samples import locate_samples
from tasks.numerics.audit.claim_files import read_claim
from tasks.numerics.audit.claims import BEST_KNOWN_ANSWER, Claim
from tasks.numerics.errors import InputError
from tasks.numerics.networks.costs import LONG, check_cost, cost_of
from tasks.numerics.networks.tuning import candidates
from tasks.numerics.networks.variants import check_reference, variants_of
from tasks.numerics.problems import check_problem, check_settings
from tasks.numerics.series.bundled import locate
from tasks.numerics.series.folders import outline_of_folder
from tasks.numerics.series.named_columns import named_columns
from tasks.numerics.series.series_flags import names_of, refuse_contradictions
from tasks.numerics.series.short_series import refuse_short
from tasks.numerics.series.sources import is_address, masked
from tasks.numerics.series.text_files import outline
from tasks.numerics.series.user_suites import read_suite
from tasks.numerics.series.validation import TOO_SHORT, RowsNeeded
from tasks.numerics.series_settings import SeriesSpec

MOST_SEEDS = 10_000
"""Of an audit."""


def check_study(study: Study) -> None:
    """Raises InputError on what a comparison can't be made of, as far as a file's header and its number of rows tell."""
    check_champion(study)
    check_budget(study)
    comparison, network = study.comparison, study.network
    variants = variants_of(comparison.activations, comparison.placements, network)
    check_reference(comparison.reference, variants)
    check_settings(study.data.samples, study.windows, network, study.training, comparison)
    if study.data.samples:
        check_problem(1, network)
        locate_samples(study.data)
    else:
        check_series(study)
    check_workers(study)
    if study.output.workers:
        check_address(study.output.workers)
    if server := study.output.tracking or tracking_server():
        write_line(f"Asking for an MLflow server at {masked(server)} ...")
    check_places(study, given_folder(study.output.output))


def check_series(study: Study) -> None:
    """Raises InputError on series that can't be compared on, or not by so many networks."""
    names = names_of(study.data)
    check_problem(len(names), study.network)
    needs = RowsNeeded.of(study.windows)
    lone = len(names) == 1 and not study.data.id
    found = check_files(study.data, names)
    if found:
        check_rows(found, needs if lone else needs.fewest)
        tell_cost(study, sum(found.values()))


def tell_cost(study: Study, rows: int, shape: tuple[int, int] | None = None) -> None:
    """Says what a long comparison takes, on so many rows of a series, or windows of a shape (T, F); raises InputError where it is too much."""
    comparison = study.comparison
    variants = variants_of(comparison.activations, comparison.placements, study.network)
    replicas = len(variants) * comparison.seeds * len(candidates(study.training)) * study.windows.origins
    cost = cost_of(study.network, study.training, study.windows, replicas, rows, shape)
    check_cost(cost)
    if cost.seconds > LONG:
        write_line(f"About {cost}.")


def check_audit(series: SeriesSpec, seeds: int, claim_file: str, output: str) -> Claim:
    """The claim to be audited; raises InputError on what can't be audited, as far as a file's header and length tell."""
    if not 2 <= seeds <= MOST_SEEDS:
        raise InputError(f"--seeds {seeds}: expected 2 to {MOST_SEEDS}; 200 tell a percentile well.")
    claim = read_claim(Path(claim_file).expanduser()) if claim_file else BEST_KNOWN_ANSWER
    for rows in check_files(series, [series.series]).values():
        claim.check_length(rows)
    check_folder(given_folder(output))
    return claim


def check_files(spec: SeriesSpec, names: list[str]) -> dict[str, int]:
    """How many rows at most each file holds, by the series' name; raises InputError where one can't be what `spec` says."""
    refuse_contradictions(spec)
    if spec.suite:
        read_suite(spec.suite)
    rows = {}
    check_source(spec)
    for name in names:
        if is_address(name):  # asked when its turn comes
            continue
        path, _ = locate(name)
        columns, rows[name] = outline_of_folder(path) if path.is_dir() else outline(path)
        named_columns(columns, replace(spec, series=name), str(path))
    return rows


def check_rows(found: Mapping[str, int], needs: RowsNeeded) -> None:
    """Raises InputError where series of at most so many rows are too short, whatever is in them."""
    short = {name: rows for name, rows in found.items() if rows < needs.rows}
    if len(found) > 1 and short and not (needs.drop_short and len(short) < len(found)):
        refuse_short(short, len(found), needs)
    for name, rows in short.items() if len(found) == 1 else ():
        raise InputError(f"--series {name!r} has {rows} rows, and it is expected that {needs.asks}. {TOO_SHORT}")
