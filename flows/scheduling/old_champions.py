"""While `interlayer serve` runs, a champion past its greatest age is told: of the project's registry, and of those that schedules name."""

import asyncio
import os
import time
from collections.abc import Iterable
from typing import Final

from flows.scheduling.alerts import WEBHOOK, Alert, send
from flows.studies.schedules import read_schedules

LOOK_SECONDS: Final = 3600.0


class OldChampions:
    """Looks every hour: ages are counted in days."""

    def __init__(self) -> None:
        """The first look is due at once."""
        self._next = 0.0

    async def look(self) -> None:
        """Sends an alert of every champion that is too old, once a version; none where nobody is to be told."""
        if os.environ.get(WEBHOOK) and time.monotonic() >= self._next:
            self._next = time.monotonic() + LOOK_SECONDS
            await asyncio.to_thread(tell_old_champions, {one.study.output.tracking for one in read_schedules()})


def tell_old_champions(trackings: Iterable[str]) -> None:
    """Asks the registry of the project, and those at the addresses; one that can't be asked is said in the log."""
    from flows.operation.ages import old_champions
    from flows.operation.forecasting import registry

    for tracking in sorted({"", *trackings}):
        try:
            for old in old_champions(registry(tracking)):
                send(Alert("too old", "", "", old.sentence, part=f"champion {old.name} (version {old.version})"))
        except Exception as error:  # the registry of others may be gone for a while
            print(f"Ages of champions could not be asked for: {type(error).__name__}: {error}", flush=True)
