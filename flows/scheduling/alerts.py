"""Alerts: what goes wrong with nobody looking is told an address, as a small JSON."""

import hashlib
import json
import os
import re
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from flows.environment import MLRUNS
from flows.scheduling.last_runs import now
from flows.servers.addresses import serving
from tasks.numerics.errors import InputError
from tasks.numerics.whole_files import write_whole

WEBHOOK: Final = "INTERLAYER_ALERT_WEBHOOK"
"""The variable with the address that is told; no alert is sent where it is empty."""
MINUTES: Final = "INTERLAYER_ALERT_MINUTES"
"""The variable that says after how many minutes a schedule's time counts as one at which nothing began."""
USUAL_MINUTES: Final = 10.0
SENT = MLRUNS / "alerts"
"""A file an alert that was taken, so that none is sent twice."""
SECONDS = 10
LONGEST = 1000
"""Characters of a message."""
Event = Literal["failed", "crashed", "did not start", "broken", "too old"]


@dataclass(frozen=True)
class Alert:
    """What went wrong."""

    event: Event
    schedule: str
    """'' of a run that the dashboard's form asked for."""
    run: str
    """Its id in Prefect; '' where none began."""
    message: str
    due: str = ""
    """The time at which nothing began, in ISO."""
    part: str = ""
    """What `interlayer doctor` found broken, or the champion that is too old."""

    @property
    def key(self) -> str:
        """The same for the same event."""
        of = [self.event, self.schedule, self.run, self.due, *([self.part] if self.part else [])]
        return hashlib.sha256("\0".join(of).encode()).hexdigest()[:16]

    @property
    def sent(self) -> bool:
        """Whether it was taken already."""
        return (SENT / self.key).exists()

    def as_json(self) -> dict[str, Any]:
        """What is posted; `text` is what chat programs show."""
        who = f"The schedule {self.schedule}" if self.schedule else self.part or "A run of the dashboard"
        words = {"crashed": "was killed", "broken": "is broken", "too old": "is too old"}.get(self.event, self.event)
        message = self.message[:LONGEST]
        link = page_of_run(self.run) if self.run else ""
        text = " ".join(part for part in (f"Interlayer: {who} {words}.", message, link) if part)
        return {"text": text, **asdict(self), "message": message, "link": link, "at": now()}


def page_of_run(run: str) -> str:
    """Where the dashboard shows a run, by the name that others use where it is served beyond loopback."""
    api, served = urlsplit(os.environ.get("PREFECT_API_URL", "")), serving("serve")
    place = f"{served.host}:{api.port}" if served and served.host else api.netloc
    return f"{api.scheme}://{place}/v2/runs/flow-run/{run}" if api.netloc else ""


def send(alert: Alert, address: str | None = None) -> bool:
    """Posts an alert that was not taken yet; gives whether there is nothing more to do. What goes wrong is said in the log."""
    address = os.environ.get(WEBHOOK, "") if address is None else address
    if not address or alert.sent:
        return True
    request = urllib.request.Request(
        address, json.dumps(alert.as_json()).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS):
            pass
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        print(f"An alert ({alert.event}) was not taken by {masked(address)}: {reason}. It is sent again.", flush=True)
        return False
    write_whole(SENT / alert.key, json.dumps(asdict(alert)))
    return True


def forget(alert: Alert) -> None:
    """It is over: the next one like it is told again."""
    (SENT / alert.key).unlink(missing_ok=True)


def alert_failed(flow: Any, flow_run: Any, state: Any) -> None:
    """Tells that a run of `interlayer serve` failed; a hook of the flow, in the run's own process."""
    if os.environ.get(WEBHOOK) and "PREFECT__FLOW_RUN_ID" in os.environ:
        from flows.scheduling.scheduled_run import schedule_of_this_process

        send(Alert("failed", schedule_of_this_process(), str(flow_run.id), state.message or ""))


def masked(address: str) -> str:
    """Where an alert goes, without what only its owner should know."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}/..."


def check_webhook(address: str, minutes: float) -> None:
    """Raises InputError where alerts can't be sent there, or not after so many minutes."""
    check_told("--alert-webhook", address, "takes a POST, such as https://hooks.example/T0/B0")
    if not minutes > 0:
        raise InputError(f"--alert-minutes {minutes:g}: expected a number above 0, such as {USUAL_MINUTES:g}.")


def check_told(flag: str, address: str, that: str) -> None:
    """Raises InputError where an address is none of http or https; it may hold a secret, and is not shown."""
    try:
        parts = urlsplit(address)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if address and not (fits and re.fullmatch(r"[!-~]+", address)):
        raise InputError(f"{flag}: expected an address of http or https that {that}.")
