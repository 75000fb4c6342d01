"""Whether variants were trained too long or not long enough."""

import numpy as np
import xarray as xr

from tasks.numerics.findings.evidence import Cause, Evidence

EARLY = 0.5
"""Best epoch, as a share of all: half of training or more did nothing for the validation loss, or harm."""
OVERFIT = 1.1
"""Validation loss of the weights that were kept over the lowest one: 10 % in squared error are 5 % in RMSE."""
LATE = 0.95
"""Best epoch, as a share of all: the validation loss wobbles, so that the very last is not always the lowest."""
STILL_FALLING = 0.01
"""Share by which the validation loss falls over the last tenth of the epochs: half the region's width within two tenths."""


def overfitted(evidence: Evidence) -> Cause | None:
    """Variants whose lowest validation loss came early, and whose kept weights are clearly worse than that."""
    result, names = evidence.overview.result, []
    kept = result.chosen_loss.mean("origin", skipna=False)
    for name in evidence.variants:
        lowest = result.histories["validation_loss"].sel(variant=name).min("epoch")
        harm = float((kept.sel(variant=name) / lowest).median())
        if evidence.median(name, "best_epoch") <= EARLY * last_epoch(evidence) and harm >= OVERFIT:
            names.append(
                f"{name} (best epoch {evidence.median(name, 'best_epoch'):.0f}, {100 * (harm - 1):.0f} % worse)"
            )
    if not names:
        return None
    variants = tuple(name.partition(" ")[0] for name in names)
    said = f"Overfitted: the validation loss was lowest long before epoch {last_epoch(evidence)}, and the weights kept are worse"
    return Cause(
        variants, f"{said}: {', '.join(names)}. Early stopping (--patience) takes the best ones back.", "overfitted"
    )


def unfinished(evidence: Evidence) -> Cause | None:
    """Variants whose validation loss was still falling when training ended."""
    last = last_epoch(evidence)
    tenth = max(1, last // 10)
    losses = evidence.overview.result.histories["validation_loss"]
    fall = (
        (1 - losses.isel(epoch=-1) / losses.isel(epoch=-1 - tenth))
        if last > tenth
        else xr.zeros_like(losses.isel(epoch=-1))
    )
    names = []
    for name in evidence.variants:
        best = evidence.of(name, "best_epoch")
        late = (best >= LATE * last).sum() > np.isfinite(best).sum() / 2
        if late and float(fall.sel(variant=name).median()) >= STILL_FALLING:
            names.append(name)
    if not names:
        return None
    which = "every variant" if len(names) == len(evidence.variants) and len(names) > 1 else ", ".join(names)
    said = f"Not trained to the end: {which}; in most seeds the validation loss was still falling at epoch {last}"
    return Cause(tuple(names), f"{said}. More epochs could change the verdict.", "still learning at the last epoch")


def last_epoch(evidence: Evidence) -> int:
    """How many epochs there were."""
    return int(evidence.overview.result.histories.sizes["epoch"])
