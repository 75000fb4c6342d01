"""The flow as the deployments run it: paths are meant from the folder in which `interlayer serve` was started.

The process starts elsewhere: Prefect looks for the flow's module in the current directory first, where the user may have
a folder called `flows` or `tasks`.
"""

import os

from flows.compare import compare_activations

__all__ = ["compare_activations"]

os.chdir(os.environ.get("INTERLAYER_FOLDER", "."))
