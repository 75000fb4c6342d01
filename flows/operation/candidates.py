"""What a finished comparison offers as a champion."""

from datetime import datetime

from flows.comparison.pipeline import Found
from flows.operation.times import now_in_text
from flows.sources.absolute_places import from_anywhere
from tasks.numerics.champions.assembling import Found as Forecasters
from tasks.numerics.champions.assembling import Settings, assemble
from tasks.numerics.champions.served import ChampionModel
from tasks.numerics.findings.decision_tables import odds_cell
from tasks.numerics.findings.tracked_runs import Account, account_of
from tasks.numerics.problems.overview import Overview


def candidate(found: Found, run: str, now: datetime | None = None) -> ChampionModel:
    """The network that the decision chooses, as an ensemble that forecasts; raises InputError where every seed of it diverged."""
    study, account = found.study.with_network(found.origins.network), account_of(found.result)
    output = study.output
    asked = Settings(
        name=output.champion,
        days=output.champion_days,
        data=from_anywhere(study.data),
        windows=study.windows,
        network=study.network,
        digest=found.digest,
        run=run,
        verdict=verdict_of(account),
        odds=odds_cell(Overview.of(found.result), account.decision),
        made=now_in_text(now),
    )
    return assemble(forecasters(found, account), asked)


def forecasters(found: Found, account: Account) -> Forecasters:
    """What a champion is made of."""
    windows = found.origins.windows
    return Forecasters(
        series=found.result.series,
        origin=windows[-1],
        origins=len(windows),
        training_rows=windows[0].training_rows,
        forecasts=account.datasets["forecasts"],
        blocks=found.trained.blocks,
        candidate=account.chosen[account.decision][-1],
        decision=account.decision,
        metric=found.result.metric,
    )


def verdict_of(account: Account) -> str:
    """The verdict on the variant that is chosen in the metric that comes first; of the reference what it is."""
    words = [one.word for one in account.verdicts if (one.variant, one.metric) == (account.decision, account.metric)]
    return words[0] if words else "reference"
