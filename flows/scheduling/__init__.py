"""What comparisons on a schedule keep to: missed times, one at a time, unchanged data, edits of the dashboard, alerts."""
