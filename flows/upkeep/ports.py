"""The ports at which the dashboards are served."""

import socket

from flows.servers.addresses import MLFLOW_PORT, PREFECT_PORT, serving
from flows.upkeep.conditions import Condition


def ports() -> Condition:
    """Whether `interlayer serve` serves, or could at its usual ports."""
    if served := serving("serve") or serving("ui"):
        told = ", ".join(f"{name} at 127.0.0.1:{port}" for name, port in served.ports.items())
        return Condition("ports", "well", f"served by process {served.pid}: {told}")
    flags = {PREFECT_PORT: "--prefect-port", MLFLOW_PORT: "--mlflow-port"}
    taken = [port for port in flags if is_taken(port)]
    if not taken:
        return Condition("ports", "well", f"nothing is served; {PREFECT_PORT} and {MLFLOW_PORT} are free")
    mend = f"interlayer serve {' '.join(f'{flags[port]} {port + 1}' for port in taken)}"
    return Condition("ports", "look", f"taken by another program: {', '.join(map(str, taken))}", mend)


def is_taken(port: int) -> bool:
    """Whether something listens there on loopback."""
    with socket.socket() as asked:
        asked.settimeout(1)
        return asked.connect_ex(("127.0.0.1", port)) == 0
