"""At the end of a comparison: is what it chose the champion from now on, and if not, why not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flows.comparison.pipeline import Found
from flows.operation.ages import old_in_words
from flows.operation.candidates import candidate, forecasters
from flows.operation.times import now_in_text
from flows.studies.study import Study
from flows.training.runners import Runner
from tasks.numerics.champions.assembling import mean_forecast
from tasks.numerics.champions.challenges import duel, why_incomparable, why_not_naive, why_older
from tasks.numerics.champions.inputs import periods_of_series
from tasks.numerics.champions.pairs import scales_of
from tasks.numerics.champions.served import ChampionModel
from tasks.numerics.champions.words import scores_in_words, version_tags
from tasks.numerics.errors import InputError
from tasks.numerics.findings.tracked_runs import account_of
from tasks.track.places import Place, Tracked
from tasks.track.registry import Version, champion, load_champion, promote, refuse, register

UNKNOWN: Final = -1
"""Which version was the champion when a comparison began, where MLflow could not be asked."""
NOT_ASKED: Final = "MLflow could not be asked which one was the champion when the comparison began"


@dataclass(frozen=True)
class Promotion:
    """What became of a comparison's choice."""

    name: str
    promoted: bool
    version: int | None
    """Of this comparison; None where none was registered."""
    replaced: int | None
    """The champion before, where there was one and this is it now."""
    champion: int | None
    """The version that forecasts from now on; None where there is none."""
    sentence: str
    refused: str = ""
    """Why it was not promoted."""
    warning: str = ""
    """That the champion is old."""
    is_final: bool = True
    """Whether the same comparison, made again, would be told the same: not where it came too late, or MLflow could not be asked."""

    def summary(self) -> dict[str, Any]:
        """For summary.json."""
        return dict(vars(self))


def champion_before(study: Study, place: Place) -> int | None:
    """The number of the champion as a comparison begins; `UNKNOWN` where MLflow cannot be asked."""
    if not study.output.champion:
        return None
    try:
        found = champion(place, study.output.champion)
    except Exception:
        return UNKNOWN
    return found.number if found else None


def settle(found: Found, run: str, place: Place, before: int | None) -> Promotion:
    """Registers what a comparison chose, and makes it the champion where it is good enough and the champion is the same as `before`."""
    output = found.study.output
    name = output.champion
    now = champion(place, name)
    if now and now.tags.get("digest") == found.digest:
        sentence = f"{name}: version {now.number} is of this very comparison, and stays the champion."
        kept = Promotion(name, False, now.number, None, now.number, sentence)
        return replace(kept, warning=old_in_words(name, now, output.champion_days))
    try:
        model = candidate(found, run)
    except InputError as error:
        return stays(name, None, now, str(error), output.champion_days)
    why, said = judge(found, model, now, before, place)
    version = register(place, model, version_tags(model.kept, now_in_text(), why))
    in_time = before == (now.number if now else None)
    if not why:
        tags = {"promoted_at": now_in_text(), "replaced": str(now.number) if now else ""}
        other = promote(place, name, version.number, now.number if now else None, tags)
        if other is None:
            return promoted(model, version, now, said)
        why, in_time = moved_in_words(now.number if now else None, other.number or None), False
        now = other if other.number else None
    refuse(place, name, version.number, why)
    return replace(stays(name, version, now, why, output.champion_days), is_final=in_time)


def settle_if_asked(
    found: Found, tracked: Tracked | None, where: Place, before: int | None, runner: Runner
) -> Promotion | None:
    """The same where a champion is asked for and MLflow has the comparison; what cannot be done is said, and sinks nothing."""
    if not found.study.output.champion or tracked is None:
        return None
    name = found.study.output.champion
    try:
        promotion = runner.run(settle, found, tracked.ids["run"], where, before)
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        runner.warn(
            f"{name}: the champion stays what it was, as it could not be compared or registered ({type(error).__name__}: {reason}). The same "
            "command tries again, and trains nothing anew."
        )
        return None
    runner.tell(promotion.sentence)
    if promotion.warning:
        runner.warn(promotion.warning)
    return promotion


def judge(found: Found, model: ChampionModel, now: Version | None, before: int | None, place: Place) -> tuple[str, str]:
    """Why it may not be the champion, empty where it may; and what was found, in words."""
    if before == UNKNOWN:
        return NOT_ASKED, ""
    if (now.number if now else None) != before:
        return moved_in_words(before, now.number if now else None), ""
    if why := why_not_naive(model.kept.scores):
        return why, ""
    if now is None:
        return "", ""
    try:
        rival = load_champion(place, model.kept.name, now)
        if why := why_incomparable(model.kept, rival.kept) or why_older(model.kept, rival.kept):
            return why, ""
        own = forecasters(found, account_of(found.result))
        mean = mean_forecast(own.forecasts, own.decision)
        data = (periods_of_series(own.series), scales_of(own.series, own.training_rows))
        both = duel(rival, own.forecasts, mean, data, found.study.comparison.rope)
    except InputError as error:
        return str(error), ""
    return (f"it is not as good as the champion: {both.sentence}" if both.is_worse else ""), both.sentence


def moved_in_words(before: int | None, now: int | None) -> str:
    """That another comparison has moved the champion meanwhile."""
    was = f"version {before}" if before else "there was none"
    return (
        f"the champion is not what it was when the comparison began ({was}, now {f'version {now}' if now else 'none'}): run it again, and it is "
        "held against that one"
    )


def promoted(model: ChampionModel, version: Version, before: Version | None, said: str) -> Promotion:
    """It is the champion from now on."""
    kept = model.kept
    because = said or scores_in_words(kept)
    instead = f", in the place of version {before.number}" if before else ", the first one"
    sentence = (
        f"{kept.name}: version {version.number} ({kept.decision}) is the champion from now on{instead}. {because}."
    )
    replaced = before.number if before else None
    return Promotion(kept.name, True, version.number, replaced, version.number, sentence)


def stays(name: str, version: Version | None, now: Version | None, why: str, days: int) -> Promotion:
    """It is not: the champion stays what it is."""
    who = f"version {now.number} stays the champion" if now else "there is no champion yet"
    what = f"Version {version.number}, which this comparison chose," if version else "What this comparison chose"
    why = why.rstrip(".")
    sentence = f"{name}: {who}. {what} was refused: {why}."
    warning = old_in_words(name, now, days) if now else ""
    number = version.number if version else None
    return Promotion(name, False, number, None, now.number if now else None, sentence, why, warning)


def summary_of(promotion: Promotion | None) -> Mapping[str, Any] | None:
    """For summary.json; None where no champion was asked for."""
    return promotion.summary() if promotion else None
