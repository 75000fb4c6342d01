"""From scores to claims: metrics, influence, intervals, verdicts, tests. Nothing here knows a file, a network or a sentence."""
