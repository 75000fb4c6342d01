"""audit.json: what an audit found, for programs.

Its keys are stable. Values that are not finite are null; shares and MDA run from 0 to 1, percentiles from 0 to 100.

- `claim`: what was published and how, by the fields of `Claim`; `data`: `name`, `digest` (SHA-256 of the values), `rows`, `partial` (labels of rows that are no whole
  periods); `seeds`, of each
  variant and recipe; `diverged`, networks in all.
- `recipes`, a list, the proper one last: `name`, `variants`, a list: `name`, `scores`: `rmse`, `mfe`, `mda` (computed right) and
  `aligned_mda` (as pandas Series give it) -> one value a seed.
- `standings`, a list: `recipe`, `variant`, `metric`, `published` (null: none), `percentile`, `outside` (no seed reaches it),
  `least`, `low` (5 %), `median`, `mean`, `spread` (standard deviation), `high` (95 %), `greatest`, `seeds`.
- `pairs`, a list: `recipe`, `metric` (`all`: those claimed together), `better` and `worse` (shares of all pairs of one run each in which
  the second variant is), `claimed` (published difference in badness), `as_claimed` (share with its sign), `as_large` (at least as large).
- `baselines`: name -> RMSE. `verdicts`, a list, of the proper replay: `metric`, `word` (helps, hurts, same, undecided),
  `difference` in badness (below 0 the second variant is better), `low`, `high` (95 %), `p`, `improvement`, `region`, `needed`.
- `conclusions` and `cautions`: the sentences of the page. `timings`: seconds a stage.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tasks.numerics.audit.aligned_directions import aligned_mda
from tasks.numerics.audit.audits import Audit
from tasks.numerics.audit.sentences import cautions, conclusions
from tasks.numerics.strict_json import without_infinity

VERDICT = ("metric", "word", "difference", "low", "high", "p", "improvement", "region", "needed")


def summarize(audit: Audit, digest: str, timings: Mapping[str, float]) -> dict[str, Any]:
    """The summary of an audit of data of this digest."""
    summary = {
        "claim": asdict(audit.claim),
        "data": {"name": audit.series, "digest": digest, "rows": len(audit.values), "partial": list(audit.partial)},
        "seeds": audit.seeds,
        "diverged": audit.diverged,
        "recipes": [
            {
                "name": replay.recipe,
                "variants": [
                    {
                        "name": name,
                        "scores": {
                            **{key: one.tolist() for key, one in audit.scores[replay.recipe, name].items()},
                            "aligned_mda": aligned_mda(audit.actual, forecasts).tolist(),
                        },
                    }
                    for name, forecasts in replay.forecasts.items()
                ],
            }
            for replay in audit.replays
        ],
        "standings": [asdict(one) | {"outside": one.outside} for one in audit.standings],
        "pairs": [asdict(one) for one in audit.pairs],
        "baselines": audit.baselines,
        "verdicts": [{key: getattr(one, key) for key in VERDICT} for one in audit.verdicts.values()],
        "conclusions": list(conclusions(audit)),
        "cautions": list(cautions(audit)),
        "timings": dict(timings),
    }
    strict: dict[str, Any] = without_infinity(summary)
    return strict
