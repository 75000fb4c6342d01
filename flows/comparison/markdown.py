"""Texts and tables as Markdown, which Prefect's pages show."""

import re


def plain_markdown(text: str) -> str:
    """A text that Markdown shows as it stands."""
    return re.sub(r"([\\`*_\[\]<>#|~$])", r"\\\1", text)


def markdown_table(rows: list[dict[str, str]]) -> str:
    """Rows by the names of their columns as a table in Markdown."""
    lines = [" | ".join(rows[0]), " | ".join("---" for _ in rows[0]), *(" | ".join(row.values()) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines)
