"""A user's own suite, as far as it can be read without Great Expectations."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from tasks.numerics.errors import InputError
from tasks.numerics.wording import did_you_mean

EXPECTED: Final = "Expected a Great Expectations suite as JSON: a name, and expectations with their type and kwargs."


def read_suite(name: str) -> dict[str, Any]:
    """The `name` and `expectations` in a suite's file; raises `InputError` where it can't be read or is no suite."""
    passed = f"--suite {name!r}"
    try:
        content = json.loads(Path(name).expanduser().read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{passed} can't be read: {error.strerror}. {EXPECTED}") from None
    except ValueError as error:
        raise InputError(f"{passed} is no JSON: {error}. {EXPECTED}") from None
    if not isinstance(content, dict) or not isinstance(content.get("expectations"), list):
        raise InputError(f"{passed} is JSON, but no suite. {EXPECTED}")
    if not content["expectations"]:
        raise InputError(f"{passed} expects nothing: its list of expectations is empty. {EXPECTED}")
    for one in content["expectations"]:
        if not isinstance(one, dict) or not isinstance(one.get("type"), str):
            raise InputError(f"{passed} holds {one!r}, which names no type (before 1.0: expectation_type). {EXPECTED}")
    return {"name": content.get("name") or Path(name).stem, "expectations": content["expectations"]}


def refuse_unknown(name: str, expectations: list[dict[str, Any]], known: Collection[str]) -> None:
    """Raises `InputError` where an expectation of a suite is of no `known` type.

    Great Expectations itself leaves out what it does not know, with no more than a line in a log.
    """
    for one in expectations:
        if one["type"] not in known:
            hint = did_you_mean(one["type"], known, 0.5)
            raise InputError(
                f"--suite {name!r} holds {one['type']!r}, which Great Expectations does not know.{hint} {EXPECTED}"
            )
