"""What a study found, as it stands on the terminal and in ANSWER.md."""

from dataclasses import dataclass, field

CONFIRMED, PARTLY, NOT_CONFIRMED = "confirmed", "partly confirmed", "not confirmed"


@dataclass(frozen=True)
class Finding:
    """A claim of a paper, what came of it, and the table that it rests on."""

    title: str
    source: str
    claim: str
    """What the paper says, in a plain sentence."""
    outcome: str
    """`confirmed`, `partly confirmed` or `not confirmed`."""
    because: str
    """Why, in a plain sentence."""
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    how: str
    """What was trained, on what."""
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = field(default=())
    """What the product said and must not say; where there is any, the command fails."""

    @property
    def sentence(self) -> str:
        """The claim and what came of it."""
        return f"{self.claim} **{self.outcome.capitalize()}.** {self.because[0].upper()}{self.because[1:]}"

    def markdown(self) -> str:
        """A section of ANSWER.md."""
        head = [self.columns, ("---", *["---:"] * (len(self.columns) - 1))]
        table = "\n".join(f"| {' | '.join(line)} |" for line in [*head, *self.rows])
        return "\n\n".join([f"### {self.title}", self.sentence, table, *self.notes, f"{self.how} {self.source}"])


def share(count: int, number: int) -> str:
    """Such as `3 of 10`."""
    return f"{count} of {number}"


def outcome(confirmed: bool, partly: bool) -> str:
    """The word for it."""
    return CONFIRMED if confirmed else PARTLY if partly else NOT_CONFIRMED
