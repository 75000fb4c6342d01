"""JAX: `jit(vmap(train))` of the same network, from the same weights and in the same order of batches."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from cases import Case, windows_and_targets
from contenders import Answer, Stopwatch, serve

from tasks.numerics.networks.architectures import initial_weights
from tasks.numerics.networks.randomness import BatchOrder

assert "XLA_FLAGS" not in os.environ
Weights = list[Any]
BETA_1, BETA_2, EPSILON, RATE = 0.9, 0.999, 1e-7, 0.001


def forecast(layers: tuple[int, ...], weights: Weights, windows: Any) -> Any:
    """Forecasts (B,) of windows (B, T, F)."""
    sequence = jnp.swapaxes(windows, 0, 1)
    for number, units in enumerate(layers):
        kernel, recurrent, bias = weights[3 * number : 3 * number + 3]

        def step(state: Any, inputs: Any, recurrent: Any = recurrent) -> Any:
            hidden, cell = state
            i, f, g, o = jnp.split(inputs + hidden @ recurrent, 4, axis=-1)
            cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
            hidden = jax.nn.sigmoid(o) * jnp.tanh(cell)
            return (hidden, cell), hidden

        zeros = jnp.zeros((windows.shape[0], units))
        _, sequence = jax.lax.scan(step, (zeros, zeros), sequence @ kernel + bias, unroll=windows.shape[1] == 1)
    return (sequence[-1] @ weights[-2] + weights[-1])[:, 0]


@cache
def training(case: Case) -> Callable[..., Any]:
    """The compiled training of several replicas: (weights, batch orders (R, E, S, B), data) to weights and losses."""

    def loss(weights: Weights, windows: Any, targets: Any) -> Any:
        return jnp.mean((forecast(case.layers, weights, windows) - targets) ** 2)

    def train(weights: Weights, order: Any, data: Any) -> Any:
        seen, wanted, watched, watched_targets = data

        def step(state: Any, chosen: Any) -> Any:
            weights, mean, square, count = state
            value, gradients = jax.value_and_grad(loss)(weights, seen[chosen], wanted[chosen])
            count = count + 1
            rate = RATE * jnp.sqrt(1 - BETA_2**count) / (1 - BETA_1**count)
            mean = [m + (g - m) * (1 - BETA_1) for m, g in zip(mean, gradients, strict=True)]
            square = [v + (g * g - v) * (1 - BETA_2) for v, g in zip(square, gradients, strict=True)]
            moved = zip(weights, mean, square, strict=True)
            return ([w - rate * m / (jnp.sqrt(v) + EPSILON) for w, m, v in moved], mean, square, count), value

        def epoch(state: Any, batches: Any) -> Any:
            state, values = jax.lax.scan(step, state, batches)
            return state, (values.mean(), loss(state[0], watched, watched_targets))

        zeros = [jnp.zeros_like(weight) for weight in weights]
        state, losses = jax.lax.scan(epoch, (weights, zeros, zeros, 0.0), order)
        return state[0], losses

    return jax.jit(jax.vmap(train, in_axes=(0, 0, None)))


def measure(case: Case, programs: int = 1) -> Answer:
    """All replicas in one program, or shared out to programs in threads; compiled apart."""
    shares = np.array_split(np.arange(case.replicas), programs)
    begun = time.perf_counter()
    if (case, programs) not in warm:
        for share in {len(share): share for share in shares}.values():
            run(case, share.tolist())
        warm.add((case, programs))
    ready, watch = time.perf_counter(), Stopwatch()
    with ThreadPoolExecutor(programs) as pool:
        losses = list(pool.map(lambda share: run(case, share.tolist()), shares))
    seconds, processor_seconds = watch.read()
    loss = np.concatenate(losses)
    return Answer(
        seconds=seconds,
        processor_seconds=processor_seconds,
        replica_steps=case.replicas * case.batches * case.epochs,
        compile_seconds=max(0.0, ready - begun - seconds / len(shares)) if ready - begun > 1e-3 else 0.0,
        losses=loss.mean(axis=0).tolist(),
        first_losses=loss[0].tolist(),
        replicas=case.replicas,
        way=f"{programs} program{'s' if programs > 1 else ''} of {len(shares[0])}",
    )


warm: set[tuple[Case, int]] = set()


def run(case: Case, seeds: list[int]) -> Any:
    """Training losses (R, E) of the replicas with these seeds."""
    windows, targets = windows_and_targets(case)
    seen, watched = case.windows, case.windows + case.validation_windows
    data = (windows[:seen], targets[:seen], windows[seen:watched], targets[seen:watched])
    weights = initial_weights(case.architecture, seeds)
    order = BatchOrder(seeds, case.windows, case.batch).draw(case.epochs, case.epochs)
    order = np.ascontiguousarray(order.transpose(2, 0, 1, 3))
    _, (losses, _) = training(case)(weights, order, data)
    return np.asarray(losses)


if __name__ == "__main__":
    serve(measure)
