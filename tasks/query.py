"""Query: what a database answers, as a Parquet file, through SQLAlchemy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tasks.numerics.deadlines import within
from tasks.numerics.errors import InputError
from tasks.numerics.series.sources import file_of_database, masked, name_of_source, without_password
from tasks.numerics.whole_files import write_whole
from tasks.numerics.wording import cut

CONNECT_SECONDS = 10
ROWS = 10_000
"""That are asked for at a time."""


def query(address: str, asked: str, folder: Path, seconds: float) -> Path:
    """The answer to a query as a file in a folder; nothing is changed by it. Raises InputError where there is none, or nothing comes for so long."""
    shown = f"--series {masked(address)}"
    engine = _engine(address, shown)
    import sqlalchemy

    try:
        columns, rows = within(seconds, lambda came: _answer(engine, asked, came), shown)
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise InputError(f"{shown}: {_why(error, address)} --query was: {cut(asked, 300)}") from None
    finally:
        engine.dispose()
    path = folder / f"{name_of_source(address)}.parquet"
    write_whole(path, _as_parquet(columns, rows))
    return path


def _engine(address: str, shown: str) -> Any:
    import sqlalchemy

    try:
        url = sqlalchemy.make_url(address)
        if url.drivername == "postgresql":  # without the name of a driver, the one of today
            url = url.set(drivername="postgresql+psycopg")
        if path := file_of_database(address):
            if not Path(path).is_file():
                raise InputError(
                    f"{shown}: there is no such file. Expected an SQLite database, such as sqlite:////data/sales.db."
                )
            # Read-only: a query changes nothing, and a wrong name makes no file.
            url = url.set(database=f"file:{Path(path).resolve()}", query={"mode": "ro", "uri": "true"})
        kind = url.get_backend_name()
        waits: dict[str, Any] = (
            {"connect_timeout": CONNECT_SECONDS} if kind in ("postgresql", "mysql", "mariadb") else {}
        )
        if kind == "postgresql":  # of a database without an encoding, texts would come as bytes
            waits["client_encoding"] = "utf8"
        return sqlalchemy.create_engine(url, connect_args=waits, poolclass=sqlalchemy.NullPool)
    except ModuleNotFoundError as error:
        wanted = (
            "pip install 'interlayer[postgresql]', or pip install 'psycopg[binary]'"
            if error.name == "psycopg"
            else f"pip install {error.name}"
        )
        raise InputError(
            f"{shown}: the database's driver is not installed ({error.name}). Install it: {wanted}."
        ) from None
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise InputError(
            f"{shown}: it is no address of a database ({_first_line(error)}). Expected one such as "
            "postgresql+psycopg://user@host/name or sqlite:////data/sales.db."
        ) from None


def _answer(engine: Any, asked: str, came: Callable[[], None]) -> tuple[list[str], list[Any]]:
    import sqlalchemy

    with engine.connect() as connection:
        came()
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(postgresql_readonly=True)
        found = connection.execution_options(stream_results=True).execute(sqlalchemy.text(asked))
        if not found.returns_rows:
            raise InputError(
                f"--query {cut(asked)!r} gives no rows. Expected one that does, such as 'select day, sold from sales'."
            )
        columns, rows = list(found.keys()), []
        while part := found.fetchmany(ROWS):
            rows += part
            came()
    return columns, rows


def _as_parquet(columns: list[str], rows: list[Any]) -> bytes:
    import pandas as pd

    table = pd.DataFrame.from_records([tuple(row) for row in rows], columns=columns, coerce_float=True)
    if not table.columns.is_unique:
        twice = table.columns[table.columns.duplicated()][0]
        raise InputError(
            f"--query gives two columns that are called {twice!r}. Give each a name of its own: select a as x, ..."
        )
    dated = {str(name): pd.to_datetime(table[name]) for name in table if _holds_days(table[name])}
    content: bytes = table.assign(**dated).to_parquet(index=False)
    return content


def _holds_days(column: Any) -> bool:
    """Whether a column holds dates without a time, which pandas has as objects."""
    import datetime

    filled = column.dropna()
    return bool(len(filled)) and all(type(value) is datetime.date for value in filled)


def _why(error: Exception, address: str) -> str:
    import sqlalchemy

    said = _first_line(getattr(error, "orig", None) or error)
    password = sqlalchemy.make_url(address).password
    if password:
        said = without_password(said, address, str(password))
    return f"the database says: {said.rstrip('.')}."


def _first_line(error: BaseException) -> str:
    return " ".join(str(error).partition("\n(Background")[0].split())
