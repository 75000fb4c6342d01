"""Runs the comparisons that ANSWER.md tells of and takes its pictures, and the README's, from their reports, in Debian's Chromium.

python -m tests.pictures [--only NAME ...] [--hotel weekly_cancellations.csv] [--folder data/pictures]

What was trained before is not trained again. The hotel's series is not bundled: without `--hotel` its picture is left out.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

AS_TUTORIALS_DO = "--origins 1 --test 0.2 --patience 0 --learning-rate 0.001 --learning-rate-moves 0"
HOTEL = (
    f"{AS_TUTORIALS_DO} --value cancellations --frequency index --lookback 5 --layers 4 --epochs 500 --batch-size 1 --activations relu "
    "--placements cell --seeds 100 --layout steps"
)
PANEL = (
    f"{AS_TUTORIALS_DO} --seeds 30 --epochs 100 --series antidiabetic_drugs,corticosteroid_drugs,debit_cards_iceland,euro_electrical_equipment,us_electricity "
    "--horizon 12 --transform log_difference --activations relu"
)
PICTURES = {
    "report": ("", ""),
    "sunspots": ("--series sunspots", "scores/rmse"),
    "hotel": (HOTEL, "scores/rmse"),
    "stacked": ("--preset stacked --series sunspots", "scores/rmse"),
    "autoencoder": ("--preset autoencoder", "scores/rmse"),
    "panel": (PANEL, "over_series/cell-relu"),
}
"""Flags of `interlayer compare`, and the figure of its report; without one it is the report's first screen, the README's."""
WIDTH = 760


def picture(report: Path, figure: str, path: Path) -> None:
    """A figure of a report as PNG, by its name; raises ValueError where the report has none of it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        page.goto(report.resolve().as_uri())
        element = page.locator(f'[data-figure="{figure}"]')
        if not element.count():
            raise ValueError(f"{report} has no figure {figure!r}.")
        page.evaluate("figures.forEach(draw)")
        element.locator(".plot-container").wait_for()
        # Drawn a moment after it is there.
        page.wait_for_timeout(500)
        path.parent.mkdir(parents=True, exist_ok=True)
        element.screenshot(path=path)
        browser.close()


def first_screen(report: Path, path: Path) -> None:
    """What a report shows first in a window, as PNG."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 540})
        page.goto(report.resolve().as_uri())
        page.locator(".first .plot-container").last.wait_for()
        page.wait_for_timeout(500)
        page.screenshot(path=path)
        browser.close()


def main(names: list[str], hotel: str, folder: Path) -> None:
    """Runs and pictures one comparison after the other."""
    for name in names:
        flags, figure = PICTURES[name]
        if name == "hotel":
            if not hotel:
                continue
            flags = f"--series {hotel} {flags}"
        with tempfile.TemporaryDirectory() as output:
            command = [sys.executable, "-m", "flows.main", "compare", *flags.split(), "--output", output]
            subprocess.run(command, check=True)
            report = Path(output) / "report.html"
            if figure:
                picture(report, figure, folder / f"{name}.png")
            else:
                first_screen(report, folder.parent / f"{name}.png")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PICTURES, default=list(PICTURES))
    parser.add_argument("--hotel", default="", help="path of the hotel's weekly cancellations")
    parser.add_argument("--folder", type=Path, default=Path("data/pictures"))
    given = parser.parse_args()
    main(given.only, given.hotel, given.folder)
