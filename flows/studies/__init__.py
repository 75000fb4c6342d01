"""What is asked: the study, presets, own networks, the form, and schedules, which are studies with times."""
