"""What is kept of a comparison's choice so that it forecasts: the ensemble, its intervals, challenges, and what became of past forecasts; no tracker is known here."""
