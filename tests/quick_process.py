"""A process of a test's own, whose compiler is quick because it does not optimise machine code."""

import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

# XLA's graph and its fusions are those of users; their machine code is written in the plainer of two ways, and not optimised.
QUICK = "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"


@contextmanager
def quick_process() -> Iterator[Callable[..., Any]]:
    """Calls a function of a module there, `call(function, *arguments)`: what it raises is raised here."""
    # Spawned: XLA reads its flags once a process, and TensorFlow's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, _begin) as pool:
        yield lambda function, *arguments: pool.submit(function, *arguments).result()


def _begin() -> None:
    os.environ["XLA_FLAGS"] = f"{os.environ['XLA_FLAGS']} {QUICK}"
    # As pytest has it for the tests.
    warnings.simplefilter("error")
