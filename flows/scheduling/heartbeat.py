"""A dead man's switch: an address that is asked each minute while all is well, for a service that alerts when nobody asks any more."""

import asyncio
import os
import time
import urllib.error
import urllib.request
from typing import Final

from flows.scheduling.alerts import check_told, masked
from flows.servers.addresses import answers

HEARTBEAT: Final = "INTERLAYER_HEARTBEAT_URL"
"""The variable with the address; nobody is asked where it is empty."""
BEAT_SECONDS: Final = 60.0
SECONDS: Final = 10


def check_heartbeat(address: str) -> None:
    """Raises InputError where it can't be asked."""
    check_told("--heartbeat-url", address, "takes a GET, such as https://hc.example/its-id")


class Heartbeat:
    """Of the process that runs what is scheduled."""

    def __init__(self) -> None:
        """The first one is due at once."""
        self._next = 0.0

    async def look(self) -> None:
        """Asks the address where a minute has gone by and Prefect's server answers; what goes wrong is said in the log."""
        address = os.environ.get(HEARTBEAT, "")
        if address and time.monotonic() >= self._next:
            self._next = time.monotonic() + BEAT_SECONDS
            await asyncio.to_thread(beat, address)


def beat(address: str) -> bool:
    """Whether it was asked, and answered with success."""
    if not answers(f"{os.environ['PREFECT_API_URL']}/health"):
        print("No heartbeat: Prefect's server does not answer.", flush=True)
        return False
    try:
        with urllib.request.urlopen(address, timeout=SECONDS):
            return True
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", type(error).__name__)
        print(f"A heartbeat was not taken by {masked(address)}: {reason}. The next one follows.", flush=True)
        return False
