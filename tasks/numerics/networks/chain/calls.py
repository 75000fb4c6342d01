"""Names with numbers after them, such as `leaky_relu(0.1)` or `random_normal(mean=0, stddev=0.05)`: read, and written down in one way."""

import re
from collections.abc import Mapping
from typing import NamedTuple

WRITTEN = re.compile(r"\s*(?P<name>[A-Za-z_]\w*)\s*(?:\((?P<numbers>[^()]*)\))?\s*")


class Call(NamedTuple):
    """A name and what it is called with."""

    name: str
    numbers: tuple[tuple[str, float], ...] = ()
    """Each with the name of the parameter that it is for."""
    first: str = ""
    """The parameter whose number needs no name where it stands alone."""

    def __str__(self) -> str:
        """Such as `elu(0.5)`, or `relu(negative_slope=0.1,max_value=6)`."""
        if not self.numbers:
            return self.name
        if [name for name, _ in self.numbers] == [self.first]:
            return f"{self.name}({self.numbers[0][1]:g})"
        return f"{self.name}({','.join(f'{name}={value:g}' for name, value in self.numbers)})"


def read_call(text: str, parameters: Mapping[str, tuple[tuple[str, float], ...]]) -> Call | None:
    """The call that a text is, numbers that are the defaults left out; None where it is none.

    `parameters` has the parameters of each name that takes numbers, in order, with their defaults.
    """
    found = WRITTEN.fullmatch(text)
    if not found:
        return None
    known = parameters.get(found["name"], ())
    given: dict[str, float] = {}
    for place, part in enumerate(filter(str.strip, (found["numbers"] or "").split(","))):
        name, equals, value = part.rpartition("=")
        name = name.strip() if equals else (known[place][0] if place < len(known) else "")
        try:
            given[name] = float(value)
        except ValueError:
            return None
    if not given.keys() <= {name for name, _ in known}:
        return None
    numbers = tuple((name, given[name]) for name, usual in known if name in given and given[name] != usual)
    return Call(found["name"], numbers, known[0][0] if known else "")
