"""The machine that a benchmark ran on, in words."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def described(*names: str) -> str:
    """Processor, cores and the versions of the contenders, or of those of these names alone."""
    tools = ", ".join(f"{name} {_version(package)}" for name, package in _TOOLS.items() if name in names or not names)
    return f"{_processor()}, {os.cpu_count()} cores; Python {platform.python_version()}, {tools}"


def load() -> str:
    """Processes that wanted to run in the last minute: above the number of cores, times are longer than they should be."""
    return f"{os.getloadavg()[0]:.1f}"


_TOOLS = {"TensorFlow": "tensorflow", "Keras": "keras", "JAX": "jax", "PyTorch": "torch"}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
