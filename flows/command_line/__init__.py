"""The command line: commands, their flags, presets, progress on the terminal, interrupts."""
