"""Every module can be imported, on whichever Python, without a warning that is not known."""

import importlib
import pkgutil

import flows
import tasks


def test_every_module_is_imported():
    modules = [
        module.name
        for package in (flows, tasks)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    assert len(modules) > 100
    for module in modules:
        importlib.import_module(module)
