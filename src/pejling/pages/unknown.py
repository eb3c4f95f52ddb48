"""What was asked for and is not there."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches


class Unknown(Exception):  # noqa: N818 - an answer, not a fault
    """`what` is "unit", "indicator", "period" or "group"; `near` holds those `known` that look most like it, or
    the one that is called so.

    Of periods `known` are in their order, and none is nearer for looking like it: what helps is how far they go.
    """

    def __init__(
        self, what: str, asked: str, known: Iterable[str] = (), names: Callable[[str], str] = lambda key: ""
    ) -> None:
        super().__init__(f"unknown {what}")
        self.what, self.asked = what, asked
        self.known = tuple(known)
        called = {names(key).casefold(): key for key in reversed(self.known)}
        if what == "period":
            self.near = []
        elif own := called.get(asked.casefold()):
            self.near = [own]
        else:
            self.near = get_close_matches(asked, self.known, n=3, cutoff=0.6)
        self._names = names

    @property
    def called(self) -> dict[str, str]:
        """What each of those known is called."""
        return {key: self._names(key) for key in self.known}

    @property
    def near_named(self) -> list[tuple[str, str]]:
        """The near ones, each with what it is called; "" where that says no more."""
        called = ((key, self._names(key)) for key in self.near)
        return [(key, name if name != key else "") for key, name in called]

    @property
    def reach(self) -> tuple[str, str] | None:
        """The first and the last of the periods that there are."""
        return (self.known[0], self.known[-1]) if self.what == "period" and self.known else None
