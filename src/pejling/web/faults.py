"""What stands in the way of saving a form, to be said at the page's top with links to where each is mended."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`place`: what a link leads to. `goal`: which of several it is about; "" where there is but one form."""

    place: str
    goal: str
    said: str


def in_order(wrong: Mapping[str, str], places: Mapping[str, str]) -> Iterator[Fault]:
    """`wrong`: by field, what is to be mended. `places`: where each field is, in the form's order."""
    for field, place in places.items():
        if field in wrong:
            yield Fault(place, "", wrong[field])
