"""One thing that tidy.py found. `soft` findings are shown and do not fail the check."""

import dataclasses


@dataclasses.dataclass(order=True)
class Finding:
    file: str
    line: int
    message: str
    soft: bool = False

    def __str__(self):
        kind = "note" if self.soft else "error"
        return f"{self.file}:{self.line}: {kind}: {self.message}"


def line_of(text, part):
    """The number of the first line that contains `part`; 1 when none does."""
    before, found, _ = text.partition(part)
    return before.count("\n") + 1 if found else 1
