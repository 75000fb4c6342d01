"""What is checked before anything is computed, so that nobody waits for a failure."""

import re
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from flows.servers.addresses import answers
from flows.servers.store_checks import check_mlflow_store
from flows.studies.study import Study
from flows.team.logins import tracking_is_refused
from flows.team.stores import check_team_stores, tracking_server
from tasks.numerics.errors import InputError
from tasks.numerics.networks.optimizer_settings import optimizer_settings
from tasks.numerics.networks.tuning import candidates
from tasks.numerics.series.sources import masked
from tasks.numerics.wording import cut

LONGEST_EXPERIMENT = 500
"""Characters."""
ROOM = 200_000_000
"""Bytes that the results of a comparison may take."""


def check_places(study: Study, folder: Path) -> None:
    """Raises InputError where results could not be written or logged."""
    experiment = study.output.experiment
    if len(experiment) > LONGEST_EXPERIMENT or (experiment and not experiment.strip()):
        raise InputError(
            f"--experiment {cut(experiment)!r} has {len(experiment):,} characters. Expected a name of 1 to {LONGEST_EXPERIMENT}, that MLflow takes."
        )
    check_folder(folder)
    check_team_stores()
    if server := study.output.tracking or tracking_server():
        check_tracking(server)
    else:
        check_mlflow_store()


def check_budget(study: Study) -> None:
    """Raises InputError where the seeds, the origins, the grid of learning rates or the optimizer cannot be."""
    candidates(study.training)
    optimizer_settings(study.training)
    comparison, windows = study.comparison, study.windows
    if windows.training_window == "expanding" and windows.origins == 1:
        raise InputError(
            "--training-window expanding with --origins 1: there is one training end, which is trained on all windows before it. Pass "
            "--origins 2 or more, or leave out --training-window."
        )
    if 1 <= windows.test < windows.origins:
        raise InputError(
            f"--origins {windows.origins} with --test {windows.test:g}: expected at most one origin a test window. Pass "
            f"--origins {int(windows.test)} or fewer, or a larger --test."
        )
    if comparison.until_decided and comparison.max_seeds < comparison.seeds:
        raise InputError(
            f"--max-seeds {comparison.max_seeds} is less than --seeds {comparison.seeds}, which are trained before the first "
            "look at the verdicts. Expected at least as many."
        )


def check_folder(folder: Path) -> None:
    """Creates the folder of the results; raises InputError where nothing can be written there or the disk is full."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(
            f"--output {folder}: nothing can be written there ({error.strerror}). "
            "Expected a folder of yours, or one that can be created: name another with --output."
        ) from error
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        raise InputError(
            f"--output {folder}: {free / 1e6:.0f} MB are free on that disk, and results may take {ROOM / 1e6:.0f} MB. "
            "Make room, or name a folder on another disk with --output."
        )


def _is_address(address: str) -> bool:
    """Whether it is one of http, with a host, and a port that there can be; nothing in it that an address may not hold."""
    try:
        parts = urlsplit(address)
        there = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and there and re.fullmatch(r"[!-~]+", address) is not None


def check_tracking(address: str) -> None:
    """Raises InputError where no MLflow server answers."""
    if not _is_address(address):
        raise InputError(
            f"--tracking {cut(address)!r}: expected the address of an MLflow server, such as http://127.0.0.1:5000. "
            "Leave --tracking out to use the project's own store."
        )
    if masked(address) != address:
        raise InputError(
            f"--tracking {masked(address)}: expected an address without a password, which would be shown. Set MLFLOW_TRACKING_USERNAME "
            "and MLFLOW_TRACKING_PASSWORD instead."
        )
    if not answers(f"{address.rstrip('/')}/health"):
        raise InputError(
            f"--tracking {address}: no MLflow server answers there. Expected the address of a running one, such as "
            "http://127.0.0.1:5000 ('interlayer ui' starts one). Leave --tracking out to use the project's own store."
        )
    if tracking_is_refused(address):
        raise InputError(
            f"--tracking {address}: the MLflow server there asks for a user and password that were not given, or are others. "
            "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD."
        )
