"""What a user meets when what they passed can't be used."""


class InputError(ValueError):
    """What was passed can't be used; the message says what was passed, what was expected and how to mend it."""
