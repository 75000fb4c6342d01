"""The environment of every process of the project: all state in one folder, no telemetry, no log noise."""

import gc
import hashlib
import os
import platform
import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
CHECKED_OUT = (PROJECT / "pyproject.toml").is_file()
"""Whether this is the project's own folder, and not one of installed packages."""
MLRUNS = Path(os.environ.get("INTERLAYER_HOME") or (PROJECT if CHECKED_OUT else Path.cwd()) / "mlruns").resolve()
"""All state: runs, results, trained blocks, logs; in the project, or where the command of an installed wheel is called.

INTERLAYER_HOME puts it elsewhere.
"""
TRAINED = MLRUNS / "trained"
"""Trained blocks of seeds, each under its key."""
BASELINES = MLRUNS / "baselines"
"""Fitted baselines, each under its key."""
LOGS = MLRUNS / "logs"
"""What servers, workers and libraries write that no user is to read."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _processor() -> str:
    """Compiled programs are good for one kind of processor only."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        kind = "".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))
    except OSError:
        kind = platform.processor() + platform.machine()
    return hashlib.sha256(kind.encode()).hexdigest()[:12]


COMPILED = MLRUNS / "compiled" / _processor()
"""Compiled programs, for one kind of processor."""


def environment() -> dict[str, str]:
    """Variables that must be set before any of the tools is imported."""
    return {
        **_prefect(),
        **_tensorflow(),
        "DO_NOT_TRACK": "true",
        "GX_ANALYTICS_ENABLED": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_LOGGING_LEVEL": "ERROR",
        "MLFLOW_UV_AUTO_DETECT": "false",
        # Stores that speak S3, and are not Amazon's, know nothing of newer checksums.
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
        "MLFLOW_LOG_UV_FILES": "false",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        # One that has gone is given up after seconds: the same command logs later what could not be logged.
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
        "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
        "GIT_PYTHON_REFRESH": "quiet",
    }


def set_environment() -> None:
    """Sets what the user has not set; the compiler's flags are added to the user's own."""
    for name, value in environment().items():
        if name in ("XLA_FLAGS", "TF_XLA_FLAGS"):
            given = os.environ.get(name, "")
            os.environ[name] = given if value in given else f"{given} {value}".strip()
        else:
            os.environ.setdefault(name, value)
    # A server that commands start asks them for what it is told to ask for.
    if asked := os.environ.get("PREFECT_SERVER_API_AUTH_STRING"):
        os.environ.setdefault("PREFECT_API_AUTH_STRING", asked)
    # Absolute, for children with another current directory.
    os.environ["INTERLAYER_HOME"] = str(MLRUNS)
    reach_loopback_directly()


def begin_own_process() -> None:
    """What every process of the project's own begins with, and no user's that imports `interlayer`: environment, and seldom garbage."""
    collect_garbage_seldom()
    set_environment()


def collect_garbage_seldom() -> None:
    """Python looks for circles among objects less often: imports and traces make millions of objects that stay.

    An eighth of a command's processor time is spent on it otherwise.
    """
    gc.set_threshold(50_000, 10, 4)


def reach_loopback_directly() -> None:
    """Adds this machine to those that no proxy stands before: the project's servers are on it alone."""
    for name in ("no_proxy", "NO_PROXY"):
        given = [host.strip() for host in os.environ.get(name, "").split(",") if host.strip()]
        os.environ[name] = ",".join([*given, *(host for host in LOOPBACK if host not in given)])


def _prefect() -> dict[str, str]:
    return {
        "PREFECT_HOME": str(MLRUNS / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
        "PREFECT_CLI_PROMPT": "false",
    }


def _tensorflow() -> dict[str, str]:
    return {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "KERAS_BACKEND": "tensorflow",
        # Programs run side by side in threads, one a core: that is faster than each using all cores.
        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
        # Compilation survives the process.
        "TF_XLA_FLAGS": f"--tf_xla_persistent_cache_directory={_quoted(COMPILED)} --tf_xla_persistent_cache_device_types=CPU",
    }


def _quoted(path: Path) -> str:
    """As TensorFlow reads its flags: blanks end them but in double quotes, where a backslash keeps what follows it."""
    return '"' + re.sub(r'(["\\\\])', r"\\\1", str(path)) + '"'
