"""What a comparison does as a flow of Prefect: its tasks, its end, and what its page shows."""
