"""Whether odds that are stated from the first half of a test part come true in the second; exit code 1 where those of own evidence alone, the default, do not.

python -m tests.calibration.out_of_time [--atlas data/atlas] [--network default]

Each series of the Atlas in turn is one's own: its first half is the evidence, all other series but near relatives are the prior, its
second half is what comes. Four say how likely `better`, `as good` and `worse` are there: own evidence with the Atlas, own evidence
alone, the Atlas alone, and the shares over all other series. Bounds are of own evidence alone; whether the Atlas would earn its place
beside it is told for comparison.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import special

from tasks.numerics.atlas.distributions import REGION, words_of
from tasks.numerics.atlas.priors import distributions, estimates, near_relatives
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.networks.variants import STOCK
from tasks.numerics.statistics.effect_distribution import Mixture
from tests.calibration.odds import SURE, WITHIN, by_tenth
from tests.calibration.simulated import told

WAYS = ("with the Atlas", "alone", "Atlas alone", "shares over series")
FOLDS = 10
"""Groups of series that are left out together: a prior each would take hours, and one series more or less changes little."""
LEAST = 0.005
"""No probability is taken as smaller: a logarithm of 0 would decide alone."""


def three(odds):
    """Of better, as good and worse."""
    return np.array([odds.better, odds.same, odds.worse])


def student(mean, spread, freedom):
    """Of better, as good and worse, of Student's t."""
    below, under = (float(special.stdtr(freedom, (end - mean) / spread)) for end in (-REGION, REGION))
    return np.array([below, under - below, 1 - under])


def seen_with(known, noise):
    """A mixture of effects as it is seen, with an error of this standard deviation."""
    return Mixture(known.weights, known.means, np.hypot(known.widths, noise))


def outcome(effect):
    """Place of what came among better, as good and worse."""
    return 0 if effect < -REGION else 1 if effect <= REGION else 2


def told_by(prior, own, later):
    """Probabilities of the three by the first three ways, and the posterior mean; `own` and `later` (mean, spread, freedom) of the two halves."""
    mean, spread, freedom = own
    noise = later[1]
    posterior = prior.given(mean, spread, freedom)
    return {
        WAYS[0]: three(seen_with(posterior, noise).odds(REGION)),
        WAYS[1]: student(mean, np.hypot(spread, noise), freedom),
        WAYS[2]: three(seen_with(prior, noise).odds(REGION)),
    }, posterior.mean


def folds(names):
    """Series in groups that hold near relatives together."""
    groups = []
    for name in sorted(names):
        if not any(name in group for group in groups):
            groups.append(near_relatives(names, name))
    order = np.random.default_rng(0).permutation(len(groups))
    return [set().union(*(groups[at] for at in part)) for part in np.array_split(order, min(FOLDS, len(groups)))]


def stated(rows):
    """A record a series and variant: what each way says, what came, and what choosing needs."""
    found = []
    for held_out in folds(set(rows["series"])):
        others, own_rows = rows[~rows["series"].isin(held_out)], rows[rows["series"].isin(held_out)]
        priors = distributions(others)
        shares = {
            variant: np.bincount([outcome(effect) for effect in own["second_effect"].dropna()], minlength=3) / len(own)
            for variant, own in others.groupby("variant")
        }
        for _, row in own_rows.iterrows():
            one = row.to_frame().T
            own, later = (
                tuple(value[0] for value in estimates(one, part) if len(value)) for part in ("first_", "second_")
            )
            if len(own) < 3 or len(later) < 3 or row["variant"] not in priors:
                continue
            said, mean = told_by(priors[row["variant"]], own, later)
            said[WAYS[3]] = shares[row["variant"]]
            found.append(
                {
                    "series": row["series"],
                    "variant": row["variant"],
                    "said": said,
                    "came": outcome(row["second_effect"]),
                    "first": own[0],
                    "expected": mean,
                    "second": float(row["second_effect"]),
                }
            )
    return found


def scores(records):
    """Brier and log score a way, lower and higher is better."""
    found = {}
    for way in WAYS:
        said = np.clip([one["said"][way] for one in records], LEAST, 1)
        said /= said.sum(axis=1, keepdims=True)
        came = np.eye(3)[[one["came"] for one in records]]
        found[way] = (float(((said - came) ** 2).sum(axis=1).mean()), float(np.log((said * came).sum(axis=1)).mean()))
    return found


def regrets(records):
    """Mean effect in the second half of what each rule chooses from the first, in per cent of RMSE; below 0 is better than stock."""
    by_series = {}
    for one in records:
        by_series.setdefault(one["series"], []).append(one)
    rules = {
        "with the Atlas": lambda group: best(group, "expected"),
        "alone": lambda group: best(group, "first"),
        "lowest mean": lambda group: min(group, key=lambda one: one["first"])["second"],
        "always stock": lambda group: 0.0,
        "always cell-relu": lambda group: next((one["second"] for one in group if one["variant"] == "cell-relu"), 0.0),
        "who knows the second half": lambda group: min(0.0, *(one["second"] for one in group)),
    }
    return {
        name: float(np.mean([np.expm1(rule(group)) for group in by_series.values()])) for name, rule in rules.items()
    }


def best(group, key):
    """What comes of the variant of the least expected effect, or of the plain layer where none is better by more than the region."""
    choice = min(group, key=lambda one: one[key])
    return choice["second"] if choice[key] < -REGION else 0.0


def kept_signs(rows):
    """Of verdicts helps and hurts on first halves, how many there are and how many have the same sign on the second."""
    known = rows.dropna(subset=["first_effect", "second_effect"])
    words = np.array(words_of(known, "first_"))
    claims = np.isin(words, ["helps", "hurts"])
    same = np.sign(known["first_effect"]) == np.sign(known["second_effect"])
    return int(claims.sum()), int((claims & same.to_numpy()).sum())


def main(folder, network):
    """Prints all tables; 0 where every bound holds."""
    console, start = Console(width=None if sys.stdout.isatty() else 120), time.perf_counter()
    rows = Atlas.read(folder).effects
    rows = rows[(rows["network"] == network) & (rows["variant"] != STOCK.name)]
    records = stated(rows)
    found = scores(records)
    table = Table(
        "odds from", "Brier score", "log score", title=f"{len(records)} series and variants, network {network}"
    )
    for way, (brier, log) in found.items():
        table.add_row(way, f"{brier:.3f}", f"{log:.3f}")
    console.print(table)
    pairs = {way: pairs_of(records, way) for way in WAYS[:2]}
    for way, own in pairs.items():
        table = Table("said", "is so", "how many", title=f"Odds {way}")
        for said, share, number in by_tenth(own):
            table.add_row(f"{said:.1%}", f"{share:.1%}", f"{number:,}")
        console.print(table)
    table = Table(
        "choosing", "RMSE to stock's", title="What choices from the first half come to in the second, mean over series"
    )
    costs = regrets(records)
    for rule, cost in costs.items():
        table.add_row(rule, f"{cost:+.1%}")
    console.print(table)
    claims, same = kept_signs(rows)
    console.print(f"Of {claims} verdicts helps or hurts on first halves {same} keep their sign on second ones.")
    prior, alone = (found[way][1] for way in WAYS[:2])
    console.print(
        f"For comparison: log score with the Atlas {prior:.3f}, alone {alone:.3f}; the Atlas {'earns' if prior > alone else 'does not earn'} a place beside "
        "own evidence.",
        soft_wrap=True,
    )
    oversure = most_oversure(pairs["alone"])
    held = {
        **{
            f"log score alone {alone:.3f} above that of {way} {found[way][1]:.3f}": alone > found[way][1]
            for way in WAYS[2:]
        },
        f"odds alone are too sure by {oversure + WITHIN:.1%} at most in any tenth, bound {WITHIN:.0%} or their own error": oversure
        <= 0,
        f"choosing by own evidence alone {costs['alone']:+.1%} against always stock, bound 0 %": costs["alone"] < 0,
    }
    return told(console, held, start)


def pairs_of(records, way):
    """What is said of better, as good and worse, and whether it is so (K, 2)."""
    return np.array(
        [(share, place == one["came"]) for one in records for place, share in enumerate(one["said"][way])], float
    )


def most_oversure(pairs):
    """By how many points a tenth is nearer to certain than what comes of it, beyond its own error where that is larger than `WITHIN`."""
    return max(
        (said - share if said > 0.5 else share - said) - max(WITHIN, SURE * np.sqrt(said * (1 - said) / number))
        for said, share, number in by_tenth(pairs)
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--atlas", type=Path, default=Path("data/atlas"))
    parser.add_argument("--network", default="default")
    given = parser.parse_args()
    sys.exit(main(given.atlas, given.network))
