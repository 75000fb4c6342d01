"""The flows as the deployments run them: paths are meant from the folder in which `interlayer serve` was started.

The process starts elsewhere: Prefect looks for the flow's module in the current directory first, where the user may have
a folder called `flows` or `tasks`.
"""

import os

from flows.compare import compare_activations
from flows.environment import collect_garbage_seldom
from flows.forecast import forecast_champion

__all__ = ["compare_activations", "forecast_champion"]

if "PREFECT__FLOW_RUN_ID" in os.environ:  # and not where one merely looks
    collect_garbage_seldom()
os.chdir(os.environ.get("INTERLAYER_FOLDER", "."))
