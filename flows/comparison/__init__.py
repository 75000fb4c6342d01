"""From the study to what is found: places, checks, data, windows, baselines, scores, tracking."""
