"""How a command says, to the shell and to the user, that it was ended from outside. Nothing is imported: it is needed first of all."""

INTERRUPTED = 130
"""As the shell has it of a process that SIGINT ended."""
PIPE_CLOSED = 141
"""As the shell has it of a process that SIGPIPE ended."""
CANCELLED = "interlayer: cancelled. What was trained is kept; the same command goes on from there."
