"""The parts of the flow that compares: study, checks, training, what Prefect shows."""
