"""Champions that are past their greatest age."""

from flows.operation.ages import old_champions
from flows.operation.forecasting import registry
from flows.upkeep.conditions import Condition


def champions() -> Condition:
    """Whether one is too old, of the project's own registry or a team's; where it can't be asked, that is told by itself."""
    try:
        old = list(old_champions(registry("")))
    except Exception as error:
        return Condition("champions", "look", f"they could not be asked for: {type(error).__name__}: {error}")
    if not old:
        return Condition("champions", "well", "none is too old")
    named = ", ".join(f"{one.name} (version {one.version})" for one in old)
    return Condition("champions", "look", f"too old: {named}", " ".join(one.sentence for one in old))
