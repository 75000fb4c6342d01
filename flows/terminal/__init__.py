"""What a terminal shows while a command works, and how it ends at an interrupt."""
