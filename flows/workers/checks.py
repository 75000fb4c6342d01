"""Whether a comparison may, and can, be trained by a cluster's workers."""

import os

from flows.studies.study import Study
from tasks.numerics.errors import InputError
from tasks.numerics.networks.forms import trained_by_keras

ALLOWED = "INTERLAYER_WORKERS"
"""The variable that names the only scheduler that runs of the dashboard may use: what it sends is run here."""


def check_workers(study: Study) -> None:
    """Raises InputError where workers are asked for, and a run of the dashboard may not use their scheduler, or Keras itself trains."""
    address = study.output.workers
    if not address:
        return
    if trained_by_keras(study.network, study.training):
        raise InputError(
            f"--workers {address} with a network that Keras itself trains: workers train what the fused engine has. Leave --workers out."
        )
    check_allowed_workers(address)


def check_allowed_workers(address: str) -> None:
    """Raises InputError where a run of the dashboard names another scheduler than the one that `interlayer serve` was started with."""
    if address and "PREFECT__FLOW_RUN_ID" in os.environ and address != os.environ.get(ALLOWED):
        raise InputError(
            f"--workers {address}: a run of the dashboard uses the scheduler alone that {ALLOWED} names where 'interlayer serve' is "
            f"started. Expected {os.environ.get(ALLOWED) or 'none'}."
        )
