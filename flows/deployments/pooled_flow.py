"""The flow as the worker of a process work pool runs it, in a process that Prefect starts: `prefect.yaml` names it.

Whoever may ask the pool for a run is no shell user of the worker's machine: files are read as in runs of the dashboard.
"""

import os

from flows.compare import compare_activations
from flows.environment import collect_garbage_seldom, set_environment
from flows.private_files import keep_private
from flows.servers.allowed_files import FOLDERS

__all__ = ["compare_activations"]

if "PREFECT__FLOW_RUN_ID" in os.environ:  # and not where the deployment is registered, or one merely looks
    collect_garbage_seldom()
    set_environment()
    keep_private()
    os.environ.setdefault(FOLDERS, "")
