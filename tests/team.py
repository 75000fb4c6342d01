"""Stores of a team for a test: two databases of a real PostgreSQL, a store that speaks S3, the environment that names them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from postgres import PASSWORD, QUOTED, postgres

BUCKET = "s3://team/interlayer"


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """The variables that name both tools' databases, whose password is `PASSWORD`."""
    import psycopg

    with postgres(folder) as shop:
        place = shop.rpartition("/")[0]
        host, port = place.split(":")
        with psycopg.connect(host=host, port=port, user="reader", password=PASSWORD, dbname="shop", autocommit=True) as one:  # fmt: skip
            for name in ("mlflow", "prefect"):
                one.execute(f"create database {name} encoding 'UTF8' template template0")
        yield {
            "MLFLOW_TRACKING_URI": f"postgresql+psycopg://reader:{QUOTED}@{place}/mlflow",
            "PREFECT_API_DATABASE_CONNECTION_URL": f"postgresql+asyncpg://reader:{QUOTED}@{place}/prefect",
        }


@contextmanager
def bucket() -> Iterator[dict[str, str]]:
    """The variables by which S3 is reached, with a bucket there."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        boto3.client("s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="reader", aws_secret_access_key="secret").create_bucket(Bucket="team")  # fmt: skip
        yield {
            "MLFLOW_S3_ENDPOINT_URL": address,
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "reader",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
    finally:
        server.stop()


def secrets_in(folder: Path) -> list[str]:
    """Files below a folder in which the password stands."""
    wanted = [secret.encode() for secret in (PASSWORD, QUOTED)]
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and any(secret in path.read_bytes() for secret in wanted):
            found.append(str(path.relative_to(folder)))
    return found
