"""What workers of a cluster run in the place of training, in tests: nothing, what kills them, and what never ends."""

import os
import time
from dataclasses import replace

import numpy as np

from flows.workers.remote_training import Watched
from tasks.numerics.networks.seed_blocks import TrainedBlock

LARGE = 1 << 17


def small(request, windows):
    """A block that no network gave."""
    count = len(request.block.seeds) * len(request.tried)
    loss = np.ones((count, 2), np.float32)
    name, best = request.architecture.variant.name, np.ones(count, np.int32)
    forecasts = np.zeros((count, 3, 1))
    return TrainedBlock(name, request.block.seeds, request.tried, forecasts, loss, loss, loss, best, {}, [], 1.0, 0.0)


def large(request, windows):
    """The same with weights of `LARGE` bytes: who keeps many of them is seen."""
    return replace(small(request, windows), weights=[np.zeros(LARGE, np.uint8)])


def brief(request, windows):
    """A moment, then the same."""
    time.sleep(0.02)
    return small(request, windows)


def deadly(request, windows):
    """Ends the worker at seed 1."""
    if request.block.first == 1:
        os._exit(1)
    return small(request, windows)


def endless(request, windows):
    """Seed 0 as if it compiled for ever, the others segment after segment."""
    from distributed import get_worker

    worker = get_worker()
    with Watched(worker, worker.get_current_task()) as watched:
        while True:
            time.sleep(0.05)
            if request.block.first:
                watched.check()
