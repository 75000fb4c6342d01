"""Tests compile quickly, because machine code is not optimised; and a process that compiles as users do."""

import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from flows.environment import environment

# XLA's graph and its fusions are those of users; their machine code is written in the plainer of two ways, in one piece, and not
# optimised.
QUICK = (
    "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1"
)


@contextmanager
def process_as_users() -> Iterator[Callable[..., Any]]:
    """Calls a function of a module there, `call(function, *arguments)`: what it raises is raised here."""
    # Spawned: XLA reads its flags once a process, and TensorFlow's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, _begin) as pool:
        yield lambda function, *arguments, **named: pool.submit(function, *arguments, **named).result()


def _begin() -> None:
    os.environ["XLA_FLAGS"] = environment()["XLA_FLAGS"]
    # As pytest has it for the tests.
    warnings.simplefilter("error")
