"""Numbers of the Atlas as people read them."""

import numpy as np

SELDOM = 0.01
"""Seeds that diverge, or units that are dead, below which nothing is said of it."""


def change(effect: float) -> str:
    """An effect as a change of RMSE in percent, such as +12 % or -0.4 %."""
    if not np.isfinite(effect):
        return "-"
    percent = 100 * float(np.expm1(min(effect, 20.0)))
    if percent >= 1000:
        return f"x {percent / 100 + 1:,.0f}"
    return f"{percent:+.1f} %" if abs(round(percent, 1)) < 10 else f"{percent:+.0f} %"


def percent(share: float) -> str:
    """A share such as 4 %."""
    return "-" if not np.isfinite(share) else f"{100 * share:.0f} %" if share >= SELDOM or share == 0 else "< 1 %"
