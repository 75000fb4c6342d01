"""Verbs as steps of a flow."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from prefect import Task
from prefect.cache_policies import NO_CACHE

P = ParamSpec("P")
R = TypeVar("R")


def step(verb: Callable[P, R], name: str, run_name: str, retries: int = 0) -> Task[P, R]:
    """A verb as a task; what is kept of it is the verb's own."""
    return Task(
        verb,
        name=name,
        task_run_name=run_name,
        retries=retries,
        retry_delay_seconds=2,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
