"""Pictures on the page of a run in Prefect."""

from base64 import b64encode


def picture_artifact(key: str, description: str, content: bytes) -> dict[str, str]:
    """A PNG, as Prefect's API takes it: the picture itself and not its address, for who sees a run's page may reach no other server."""
    data = f"data:image/png;base64,{b64encode(content).decode()}"
    return {"type": "image", "key": key, "description": description, "data": data}
