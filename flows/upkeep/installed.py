"""Python and the tools as they are installed."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from flows.upkeep.conditions import Condition

TOOLS = ("tensorflow", "keras", "prefect", "mlflow", "great-expectations", "pandas", "numpy")
OLDEST, NEWEST = (3, 11), (3, 13)


def installed() -> Condition:
    """Whether Python is one that is supported, and every tool is there."""
    found, missing = [f"Python {platform.python_version()}"], []
    for name in TOOLS:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    words = ", ".join(found)
    if missing:
        return Condition(
            "versions", "broken", f"{words}; not installed: {', '.join(missing)}", "Install the project again."
        )
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return Condition("versions", "broken", words, "Use Python 3.11, 3.12 or 3.13.")
    return Condition("versions", "well", words)
