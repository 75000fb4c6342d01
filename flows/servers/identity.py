"""Which server is ours: each knows a secret of its home, and proves it without telling it."""

import hmac
import json
import secrets

from flows.servers.addresses import local, read_address

PROOF_PATH = "/interlayer-proof"


def proof_of(secret: str, question: str) -> str:
    """What only who knows the secret answers."""
    return hmac.new(secret.encode(), question.encode(), "sha256").hexdigest()


def is_ours(port: int, secret: str) -> bool:
    """Whether the server that has this secret answers at a port on loopback: another program there does not know it."""
    question = secrets.token_hex(16)
    found = read_address(f"{local(port)}{PROOF_PATH}?question={question}")
    return found is not None and hmac.compare_digest(found, proof_of(secret, question))


def is_prefect(api: str) -> bool:
    """Whether a Prefect server, whosever, answers at the address of an API."""
    found = read_address(f"{api.rstrip('/')}/health")
    try:
        return found is not None and json.loads(found) is True
    except ValueError:
        return False
