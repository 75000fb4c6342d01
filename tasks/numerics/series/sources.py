"""Where a series comes from, told by how it is named: a bundled name, a file, a folder, a database, an address; nothing heavy is imported."""

import re
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from tasks.numerics.errors import InputError
from tasks.numerics.wording import cut

Kind = Literal["local", "database", "address"]
ADDRESS: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://")
REMOTE: Final = ("https", "http", "s3")
"""What is fetched as a file."""
DATABASES: Final = ("sqlite", "postgresql", "mysql", "mariadb", "oracle", "mssql")
"""What is asked with a query, each perhaps with '+' and the name of its driver."""
HIDDEN: Final = "***"
"""What stands in the place of a password."""
TELLING: Final = 4
"""Characters from which on a password that stands in a text is told from the text's own words."""
_USER: Final = re.compile(r"(?P<before>[A-Za-z][A-Za-z0-9+.-]*://[^:/?#]*:)(?P<password>[^?#]*)@")
"""Of a database: up to the last '@', for a password may hold one, and a '/'."""
_SECRET: Final = re.compile(
    r"(?P<before>[?&][^=&#]*(?:pass|pwd|token|secret|sig|auth|cred|key)[^=&#]*=)(?P<password>[^&#]+)", re.IGNORECASE
)


def kind_of(series: str) -> Kind:
    """What a series is read by; raises InputError on an address of which nothing is known."""
    found = ADDRESS.match(series)
    if not found:
        return "local"
    scheme = found["scheme"].lower()
    if scheme in REMOTE:
        return "address"
    if scheme.partition("+")[0] in DATABASES:
        return "database"
    raise InputError(
        f"--series {cut(masked(series), 300)!r}: nothing is known of {scheme}://. Expected a path, an address that begins with "
        f"{', '.join(f'{one}://' for one in REMOTE)}, or a database's, such as postgresql+psycopg://user@host/name or sqlite:///file.db."
    )


def is_address(series: str) -> bool:
    """Whether it is no path and no name."""
    return ADDRESS.match(series) is not None


def masked(series: str) -> str:
    """An address without its passwords: what may be shown and kept."""
    found = ADDRESS.match(series)
    if not found:
        return series
    if found["scheme"].lower() in REMOTE:
        user, at, host = urlsplit(series).netloc.rpartition("@")
        if ":" in user:
            name = user.partition(":")[0]
            series = series.replace(f"//{user}{at}{host}", f"//{name}:{HIDDEN}@{host}", 1)
    else:
        series = _USER.sub(rf"\g<before>{HIDDEN}@", series)
    return _SECRET.sub(rf"\g<before>{HIDDEN}", series)


def without_password(text: str, address: str, password: str) -> str:
    """A text without the password of an address: in its place in the address always, elsewhere where it is none of the text's own letters."""
    text = text.replace(address, masked(address)).replace(f":{password}@", f":{HIDDEN}@")
    text = re.sub(
        rf"(pass\w*\s*[=:]\s*[\"']?){re.escape(password)}(?!\w)", rf"\g<1>{HIDDEN}", text, flags=re.IGNORECASE
    )
    return text.replace(password, HIDDEN) if len(password) >= TELLING else text


def name_of_source(series: str) -> str:
    """What a series from an address is called: the last part of its path, without the ending."""
    path = urlsplit(masked(series)).path.rstrip("/")
    return Path(path).name.partition(".")[0] or "series"


def file_of_database(series: str) -> str:
    """The file of an SQLite database; '' of another one."""
    found = re.match(r"sqlite(?:\+\w+)?:///(?P<path>[^?]*)", series)
    return found["path"] if found else ""


def check_query(series: str, query: str) -> None:
    """Raises InputError where a query is missing, or there is nothing that it could be asked of."""
    database = is_address(series) and kind_of(series) == "database"
    if database and not query.strip():
        raise InputError(
            f"--series {masked(series)} is a database, and nothing says what is to be asked. Expected --query beside it, such as "
            "--query 'select day, sold from sales order by day'."
        )
    if query and not database:
        raise InputError(
            f"--query {cut(query)!r} is for a database, and --series {cut(masked(series))!r} is none. Leave it out, or pass a "
            "database's address, such as postgresql+psycopg://user@host/name or sqlite:///file.db."
        )
