"""What was best, by how much, and what to beware of: sentences from an overview."""

from tasks.numerics.overview import Overview


def conclusions(overview: Overview) -> tuple[str, ...]:
    """What was best and by how much, and whether a network beats the best baseline, a sentence each."""
    return tuple(sentence for sentence in (best_network(overview), best_baseline(overview)) if sentence)


def best_network(overview: Overview) -> str:
    """Which variant has the lowest mean RMSE, and how far stock is from it."""
    means = overview.rmse.dropna()
    if means.empty:
        return "No variant has an RMSE: every seed diverged."
    best = str(means.idxmin())
    unit = f" ({overview.unit})" if overview.unit else ""
    score = f"Lowest mean RMSE{unit}: {best} with {overview.mean_and_spread(best, 'rmse')}"
    others = means.drop("stock", errors="ignore")
    if "stock" not in means:
        return f"{score}; stock has none, its seeds diverged."
    if others.empty:
        return f"{score}."
    if best != "stock":
        return f"{score}, {apart(overview, best)}."
    return f"{score}. The closest is {others.idxmin()}, {apart(overview, str(others.idxmin()))}."


def apart(overview: Overview, variant: str) -> str:
    """How far a variant's mean RMSE is from stock's, and whether the seeds tell the two apart."""
    row = overview.difference_row(variant, "rmse")
    assert row is not None
    gap = row["difference"]
    size = f"{overview.number('rmse', abs(gap))} ({abs(gap) / overview.rmse['stock']:.1%})".replace("%", " %")
    side = "below" if gap < 0 else "above"
    interval = overview.difference(variant).partition("[")[2].rstrip("]").replace(", ", " to ")
    if not interval:
        return f"{size} {side} stock; an interval takes two seeds or more"
    told = "do not tell" if row["low"] <= 0 <= row["high"] else "tell"
    return f"{size} {side} stock (95 % interval {interval}: the seeds {told} the two apart)"


def best_baseline(overview: Overview) -> str:
    """Which baseline is best, and how many variants beat it."""
    baselines, means = overview.baseline_rmse.dropna(), overview.rmse
    if baselines.empty:
        return ""
    best = str(baselines.idxmin())
    better = int((means < baselines[best]).sum())
    beaten = {0: "no variant beats it", len(means): "every variant beats it"}.get(
        better, f"{better} of {len(means)} variants beat it"
    )
    if len(means) == 1:
        beaten = "stock beats it" if better else "stock does not beat it"
    return f"Best baseline: {best} with {overview.number('rmse', baselines[best])}; {beaten} on mean RMSE."


def cautions(overview: Overview) -> tuple[str, ...]:
    """What a reader must know before believing the table, a sentence each."""
    diverged = overview.result.diverged
    constant = overview.summary["mean"].xs("constant", level="metric")
    found = [*overview.result.series.warnings]
    if diverged.any():
        counts = ", ".join(f"{name} {count}" for name, count in diverged[diverged > 0].items())
        found.append(f"Seeds that diverged and are in no mean: {counts} (of {overview.seeds} each).")
    if (constant > 0).any():
        shares = ", ".join(f"{name} {share:.0%}".replace("%", " %") for name, share in constant[constant > 0].items())
        found.append(f"Seeds that forecast a constant, and so have no slope: {shares}.")
    notes = overview.result.forecasts["baseline_note"].to_series()
    found += [f"Baseline {name} {note}." for name, note in notes.items() if note.startswith("failed")]
    return tuple(found)
