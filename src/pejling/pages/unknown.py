"""What was asked for and is not there."""

from collections.abc import Iterable
from difflib import get_close_matches


class Unknown(Exception):  # noqa: N818 - an answer, not a fault
    """`what` is "unit", "indicator", "period" or "group"; `near` holds those `known` that look most like it."""

    def __init__(self, what: str, asked: str, known: Iterable[str] = ()) -> None:
        super().__init__(f"unknown {what}")
        self.what, self.asked = what, asked
        self.known = tuple(known)
        self.near = get_close_matches(asked, self.known, n=3, cutoff=0.5)
