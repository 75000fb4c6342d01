"""`arch.bootstrap` alone: the package itself draws its volatility models along, statsmodels and matplotlib with them, a second of every start."""

import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from types import ModuleType


def _empty_package(name: str) -> ModuleType:
    """A package of that name whose modules can be imported, while its own `__init__` has not run."""
    found = find_spec(name)
    empty = ModuleSpec(name, None, is_package=True)
    empty.submodule_search_locations = found.submodule_search_locations if found else []
    return module_from_spec(empty)


if "arch" in sys.modules:
    from arch.bootstrap import CircularBlockBootstrap, optimal_block_length
else:
    sys.modules["arch"] = _empty_package("arch")
    try:
        from arch.bootstrap import CircularBlockBootstrap, optimal_block_length
    finally:
        # Whoever imports it after this gets all of it.
        for name in [name for name in sys.modules if name.partition(".")[0] == "arch"]:
            del sys.modules[name]

__all__ = ["CircularBlockBootstrap", "optimal_block_length"]
