"""The flow as the worker of a process work pool runs it, in a process that Prefect starts: `prefect.yaml` names it.

Whoever may ask the pool for a run is no shell user of the worker's machine: files are read as in runs of the dashboard.
"""

import os

from flows.compare import compare_activations
from flows.environment import begin_own_process
from flows.private_files import keep_private
from flows.servers.allowed_files import FOLDERS

__all__ = ["compare_activations"]

if "PREFECT__FLOW_RUN_ID" in os.environ:  # and not where the deployment is registered, or one merely looks
    begin_own_process()
    keep_private()
    os.environ.setdefault(FOLDERS, "")
