"""The deployment `compare-activations/default`: runs the flow when the dashboard's form or the schedule asks for it.

`interlayer serve` starts this file as a process of its own: `python -m flows.servers.deployment CRON TIMEZONE`.
"""

import asyncio
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from flows.environment import set_environment

if TYPE_CHECKING:
    from prefect.runner import Runner

SERVING = "Serving the deployment"
POLL_SECONDS = 2.0


async def serve_deployment(cron: str, timezone: str) -> None:
    """Registers the deployment and runs what is asked for, one run at a time, until an interrupt."""
    from prefect.runner import Runner
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.compare import compare_activations
    from flows.servers.run_history import begin_work, forget_schedules

    # Imported while the server starts; who started both gives up when it never answers.
    wait_for_server()
    begin_work(own_server=True)
    deployment = await compare_activations.ato_deployment(
        "default",
        schedule=Cron(cron, timezone=timezone) if cron else None,
        # By its module's name the code is found from any current directory.
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    runner = Runner("interlayer", limit=1, query_seconds=POLL_SECONDS)
    identity = await runner.aadd_deployment(deployment)
    if not cron:
        forget_schedules(identity)
    print(SERVING, identity, flush=True)
    await run_until_interrupt(runner)


def wait_for_server() -> None:
    """Returns when Prefect's server answers."""
    from flows.servers.processes import answers

    while not answers(f"{os.environ['PREFECT_API_URL']}/health"):
        time.sleep(0.2)


async def run_until_interrupt(runner: "Runner") -> None:
    """Polls for runs; an interrupt cancels the one under way."""
    interrupted = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupted.set)
    polling = asyncio.create_task(runner.start())
    waiting = asyncio.create_task(interrupted.wait())
    await asyncio.wait({polling, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if interrupted.is_set():
        await runner.astop()
    waiting.cancel()
    await polling


if __name__ == "__main__":
    set_environment()
    asyncio.run(serve_deployment(*sys.argv[1:]))
