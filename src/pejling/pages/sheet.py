"""How much of a list that is as long as the truth one sheet of paper holds, and how much is left on the screen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sheet:
    """The rows that are printed: from `first` to `last` of `total`, counted from 1."""

    first: int
    last: int
    total: int

    @property
    def rows(self) -> int:
        return self.last - self.first + 1

    @property
    def rest(self) -> int:
        return self.total - self.rows


def sheet(total: int, page: int, size: int, holds: int) -> Sheet:
    """Of that page of a list with `size` rows to a page, where a sheet has room for `holds`."""
    first = (page - 1) * size + 1
    return Sheet(first, min(first + holds - 1, page * size, total), total)
