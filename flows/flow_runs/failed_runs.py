"""What a failed run says on its page: why, and what to do."""

from contextlib import suppress
from typing import Any, Final

from flows.comparison.markdown import plain_markdown
from flows.servers.run_history import SERVER_GONE, create_artifacts
from tasks.numerics.errors import InputError

KEY: Final = "what-to-do"
AGAIN: Final = "When it is mended, run it again: what was trained is kept, and nothing of it is trained twice."
NOT_YOURS: Final = (
    "This is no mistake of yours that the program knows. The tab Logs says where it happened. `interlayer doctor` looks at disk, stores, "
    "ports and versions, and says what is broken."
)


def show_what_to_do(flow: Any, flow_run: Any, state: Any) -> None:
    """Puts why a run failed, and what to do, on its page; a hook of the flow, in the run's own process."""
    with suppress(*SERVER_GONE):
        artifact = {"type": "markdown", "key": KEY, "description": "Why it failed", "data": why(state.message or "")}
        create_artifacts([artifact], flow_run.id)


def why(message: str) -> str:
    """A state's message as Markdown: what a user can mend says how to."""
    _, mistake, words = message.partition(f"{InputError.__name__}: ")
    sentences = [plain_markdown(words if mistake else message), *([] if mistake else [NOT_YOURS]), AGAIN]
    return "\n\n".join(["# What to do", *sentences])
