"""What networks are for, a folder a problem: its windows, scores, baselines and words. No problem imports another."""
