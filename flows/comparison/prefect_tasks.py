"""Verbs as steps of a flow."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from prefect import Task
from prefect.cache_policies import NO_CACHE, CacheKeyFnPolicy

P = ParamSpec("P")
R = TypeVar("R")


def step(
    verb: Callable[P, R], name: str, run_name: str, retries: int = 0, key: Callable[[dict[str, Any]], str] | None = None
) -> Task[P, R]:
    """A verb as a task; its result is kept where `key` gives, of its arguments by name, all that decides it in a few characters."""
    policy = CacheKeyFnPolicy(cache_key_fn=lambda context, arguments: key(arguments)) if key else NO_CACHE
    return Task(
        verb,
        name=name,
        task_run_name=run_name,
        retries=retries,
        retry_delay_seconds=2,
        cache_policy=policy,
        persist_result=key is not None,
    )
