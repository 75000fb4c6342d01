"""What a command showed at its end, kept beside its page and shown again without computing anything."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flows.environment import MLRUNS
from tasks.numerics.errors import InputError
from tasks.numerics.safe_names import safe_name
from tasks.numerics.series.series_names import together
from tasks.numerics.whole_files import write_whole
from tasks.numerics.wording import cut, few

if TYPE_CHECKING:
    from rich.console import Console

SHOWN: Final = "terminal.txt"
"""What stood on the terminal, with its colours, in the folder of the results."""
EXPLAINED: Final = "explained.txt"
"""The same with all there is to say; an audit has nothing further."""
PAGES: Final = ("report.html", "audit.html")
LAST: Final = MLRUNS / "last-result.txt"
"""The folder of the result that was shown last."""
FOLDERS: Final = (MLRUNS / "reports", MLRUNS / "audits")


def keep_shown(folder: Path, console: "Console", explained: "Console | None" = None) -> None:
    """Keeps what recording consoles have shown of the results in a folder; they are the last ones from now on."""
    write_whole(folder / SHOWN, console.export_text(styles=True))
    if explained is not None:
        write_whole(folder / EXPLAINED, explained.export_text(styles=True))
    write_whole(LAST, str(folder.resolve()))


def show_again(which: str, explain: bool = False) -> None:
    """Shows a result as it was shown, or with all there is to say; raises InputError where there is none."""
    folder = find_results(which)
    from rich.console import Console
    from rich.text import Text

    kept = folder / (EXPLAINED if explain and (folder / EXPLAINED).is_file() else SHOWN)
    Console().print(Text.from_ansi(kept.read_text("utf-8")), soft_wrap=True, end="")


def open_page_of(which: str) -> None:
    """Opens the page of a result in the browser and says where it is; raises InputError where there is none, or it is gone."""
    folder = find_results(which)
    pages = [folder / name for name in PAGES if (folder / name).exists()]
    if not pages:
        raise InputError(
            f"{folder} holds no {' or '.join(PAGES)} any more. Run the comparison again: it trains nothing anew."
        )
    page = max(pages, key=lambda path: path.stat().st_mtime)
    print(page)
    open_in_browser(page)


def open_in_browser(page: Path) -> None:
    """Opens a page; raises InputError where no browser can be started."""
    import webbrowser

    if not webbrowser.open(page.as_uri()):
        raise InputError(f"No browser could be started. Open {page} in one, or set BROWSER to the browser's command.")


def find_results(which: str) -> Path:
    """The folder of results by its path, its name or its series' name; of the last ones where `which` is empty."""
    names = (safe_name(which), safe_name(together([Path(name.strip()).stem for name in which.split(",")])))
    found = [Path(which), *_of_series(*names)] if which else _last()
    for folder in [*found, *(folder / which for folder in FOLDERS if which == Path(which).name)]:
        if os.path.isfile(folder / SHOWN):  # noqa: PTH113  # Path.is_file raises on what can't be a path
            return folder
    if not which:
        raise InputError("Nothing has been compared yet. Run: interlayer compare, or interlayer compare FILE.")
    known = sorted(path.parent.name for folder in FOLDERS for path in folder.glob(f"*/{SHOWN}"))
    there = f"There are: {few(known)}." if known else "Nothing has been compared yet: run interlayer compare."
    raise InputError(
        f"{cut(which)!r} is neither a folder of results nor the name of one or of its series. {there} "
        "Without a name the last result is shown."
    )


def _last() -> list[Path]:
    try:
        return [Path(LAST.read_text("utf-8")), *_of_series()]
    except OSError:
        return _of_series()


def _of_series(*names: str) -> list[Path]:
    """Folders of results of series by their names, or of any, the newest first."""
    every = [path for folder in FOLDERS for path in folder.glob(f"*-*/{SHOWN}")]
    shown = [path for path in every if not names or path.parent.name.rpartition("-")[0] in names]
    return [path.parent for path in sorted(shown, key=lambda path: path.stat().st_mtime, reverse=True)]
