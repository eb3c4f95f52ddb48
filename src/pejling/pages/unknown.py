"""What was asked for and is not there."""

from collections.abc import Iterable
from difflib import get_close_matches


class Unknown(Exception):  # noqa: N818 - an answer, not a fault
    """`what` is "unit", "indicator", "period" or "group"; `near` holds the known ones that look most like `asked`."""

    def __init__(self, what: str, asked: str, known: Iterable[str] = ()) -> None:
        super().__init__(f"unknown {what}")
        self.what, self.asked = what, asked
        self.near = get_close_matches(asked, list(known), n=3, cutoff=0.5)
