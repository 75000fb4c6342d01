"""Who is told when something goes wrong: the flags of `interlayer serve`."""

from dataclasses import dataclass
from typing import Annotated, Final

from cyclopts import Parameter

from flows.scheduling.alerts import MINUTES, USUAL_MINUTES, WEBHOOK, check_webhook
from flows.scheduling.heartbeat import HEARTBEAT, check_heartbeat


@dataclass(frozen=True)
class Alerting:
    """Addresses, none where they are empty."""

    alert_webhook: Annotated[
        str,
        Parameter(
            env_var=WEBHOOK,
            show_env_var=True,
            help="Address that is told, by a POST of JSON, of runs that failed or were killed, of schedules' times at which nothing began, and of champions that are too old.",
        ),
    ] = ""
    alert_minutes: Annotated[
        float, Parameter(help="After how many minutes a schedule's time counts as one at which nothing began.")
    ] = USUAL_MINUTES
    heartbeat_url: Annotated[
        str,
        Parameter(
            env_var=HEARTBEAT,
            show_env_var=True,
            help="Address that is asked each minute while all is well: a service that alerts when nobody asks tells when this command is gone.",
        ),
    ] = ""

    @property
    def environment(self) -> dict[str, str]:
        """Of the process that sends the alerts."""
        return {WEBHOOK: self.alert_webhook, MINUTES: str(self.alert_minutes), HEARTBEAT: self.heartbeat_url}


NOBODY: Final = Alerting()


def check_alerting(alerting: Alerting) -> None:
    """Raises InputError on what can't be told, or asked."""
    check_webhook(alerting.alert_webhook, alerting.alert_minutes)
    check_heartbeat(alerting.heartbeat_url)
