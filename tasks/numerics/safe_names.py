"""Names of files and folders made of names that people give: short, plain, and different where those are."""

import hashlib
import re
import unicodedata
from typing import Final

LONGEST: Final = 60
"""Characters."""
RESERVED: Final = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
"""What Windows takes for devices."""


def safe_name(name: str) -> str:
    """A name as one part of a path: ASCII letters, digits and `_ . + -`, 60 characters at most, never empty, `.` or `..`.

    A plain name stays as it is; of any other what can be read of it stays, with eight digits that tell it from all others.
    """
    plain = unicodedata.normalize("NFKD", name[: 4 * LONGEST]).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_.+ -]+|[_ ]{2,}", "_", plain).strip("_. -+")
    if name and plain == name and len(name) <= LONGEST and not RESERVED.fullmatch(name):
        return name
    digits = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain[: LONGEST - 9].strip('_. -+') or 'series'}-{digits}"
