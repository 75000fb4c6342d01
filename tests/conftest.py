"""Every test runs in the project's own environment, with state in a place of its own."""

import os
import tempfile

from flows.environment import environment

STATE = tempfile.mkdtemp(prefix="interlayer-tests-")
for name, value in environment().items():
    os.environ[name] = value
os.environ["PREFECT_HOME"] = f"{STATE}/prefect"
# Compiling afresh, so that no test passes on a program of an older engine.
del os.environ["TF_XLA_FLAGS"]
