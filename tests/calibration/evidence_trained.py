"""What seeds, origins and test share give on trained networks: the width of the interval, and the mean score of the same last fifth."""

import numpy as np

from tasks.load import read_series
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.seed_blocks import Block
from tasks.numerics.networks.tuning import candidates
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.series.windows import make_windows
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import WindowSpec
from tasks.numerics.statistics.influence import PairedForecasts
from tasks.numerics.statistics.intervals import paired_differences
from tasks.numerics.statistics.metrics import naive_scale
from tests.calibration.evidence import USUAL, Division, table_of
from tests.calibration.trained import NETWORK, TRAINING

DIVISIONS = (USUAL, Division(0.35, 2), Division(0.5, 1), Division(0.5, 4), Division(0.65, 4))
"""Few, as each has programs of its own to compile."""
VARIANTS = (STOCK, Variant("cell", "relu"), Variant("between", "elu"))
LOOKBACK = 6


def forecasts_of(variant, origins, seeds):
    """Forecasts (S, N) of the test parts of all origins, in the series' unit."""
    from flows.environment import COMPILED
    from tasks.train import train_block

    architecture, replicas = (
        Architecture(NETWORK, variant, 1, steps=LOOKBACK),
        (Block(0, seeds - 1), candidates(TRAINING)),
    )
    blocks = (
        train_block(architecture, TRAINING, one, replicas, lambda done, epochs: None, COMPILED) for one in origins
    )
    return np.concatenate(
        [block.forecasts[:, : one.own, 0] for block, one in zip(blocks, origins, strict=True)], axis=1
    )


def measured(values, season_length, division):
    """Half widths of the intervals on RMSE, as shares of stock's, of every variant; and of each the mean RMSE of the last fifth."""
    origins = make_windows(values, WindowSpec(lookback=LOOKBACK, test=division.share, origins=division.origins))
    made = {one.name: forecasts_of(one, origins, division.seeds) for one in VARIANTS}
    rows = np.concatenate([one.first_rows[: one.own] for one in origins])
    scale = naive_scale(values[: origins[0].rows_before_validation], season_length)
    paired = PairedForecasts(made, values[rows], values[rows - 1], scale)
    stock = paired.scored(STOCK.name)["rmse"].value.mean()
    found = [one for one in paired_differences(paired) if one.metric == "rmse"]
    last = round(USUAL.share * (len(values) - LOOKBACK))
    errors = [own[:, -last:] - values[rows[-last:]] for own in made.values()]
    scores = [np.nanmean(np.sqrt((error**2).mean(axis=1))) for error in errors]
    return np.array([(one.high - one.low) / 2 / stock for one in found]), np.array(scores)


def trained_tables(console, names):
    """Prints width and mean score of every division, geometric means over series and variants, against the usual one."""
    widths, scores = ({one: [] for one in DIVISIONS} for _ in range(2))
    for name in names:
        records = read_series(SeriesSpec(name))
        values = records.periods["value"].to_numpy(np.float64)
        for division in DIVISIONS:
            width, score = measured(values, records.season_length, division)
            widths[division].append(width)
            scores[division].append(score)
    titles = {
        "Trained: width of intervals on RMSE against 30 seeds, 1 origin, test 0.2": widths,
        "Trained: mean RMSE of the same last fifth of the windows, against the same": scores,
    }
    for title, found in titles.items():
        ratios = {one: np.log(np.array(found[one]) / np.array(found[USUAL])) for one in DIVISIONS}
        shown = {
            one: f"{np.exp(each.mean()):.2f} ({np.exp(each.mean(axis=1).min()):.2f} to {np.exp(each.mean(axis=1).max()):.2f})"
            for one, each in ratios.items()
        }
        console.print(table_of(f"{title} (least and most of a series)", shown))
    epochs = f"LSTM({NETWORK.layers[0]}), lookback {LOOKBACK}, {TRAINING.epochs} epochs, batch {TRAINING.batch_size}"
    networks = len(names) * len(VARIANTS) * sum(one.networks for one in DIVISIONS)
    console.print(
        f"{', '.join(names)}: {epochs}; {', '.join(one.name for one in VARIANTS)}; {networks:,} networks",
        soft_wrap=True,
    )
