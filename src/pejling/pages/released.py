"""The ground of pages for readers who may not see cases: the newest release, and nothing that is live."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pejling.agreements import releases
from pejling.agreements.releases import About
from pejling.agreements.rights import Reader
from pejling.indicators.figures import Figure
from pejling.indicators.periods import Kind, covered
from pejling.pages.ground import PERIOD_KINDS, Ground, Known, Memory, remembered
from pejling.pages.readiness import NotReady
from pejling.pages.unknown import Unknown


@dataclass(frozen=True)
class Released(Ground):
    """As the live ground, so that the same pages stand on it. It has no connection to the store."""

    about: About

    @property
    def release(self) -> tuple[int, str]:
        """Number and month."""
        return self.about.number, self.about.month

    def figures(
        self, key: str, units: Sequence[str], periods: Sequence[str], by: str = "", *, with_persons: bool = False
    ) -> list[Figure]:
        """Never with the persons; groups of whole years only, and none of another period."""
        for unit_id in units:
            self.unit(unit_id)
        asked = ("release", *self.release, self.about.made_at, key, tuple(units), tuple(periods), by)
        return remembered(self.memory, asked, lambda: releases.released_figures(self.about, key, units, periods, by))

    def ask(self, keys: Iterable[str], units: Sequence[str], periods: Sequence[str]) -> Known:
        """Nothing: each figure of a release is at hand."""
        return {}

    def periods(self, kind: str) -> list[str]:
        """Those that are over; the first one where none is yet, for a page to say so."""
        for known in PERIOD_KINDS:
            if kind == known:
                over = self.about.periods(known)  # type: ignore[arg-type]
                return over or [next(covered(known, self.first, self.through)).text]  # type: ignore[arg-type]
        raise Unknown("period_kind", kind, PERIOD_KINDS)

    def has_period(self, written: str) -> bool:
        kinds: tuple[Kind, ...] = ("year", "quarter", "month")
        return any(written in self.about.periods(kind) for kind in kinds)


def released(memory: Memory, reader: Reader | None = None, number: int | None = None) -> Released:
    """The newest release, or that of a number; to a reader with the right, their units and those below; all to others.

    Raises NotReady where nothing is released, Unknown for another number.
    """
    about = releases.newest_about() if number is None else releases.about_number(number)
    if about is None and number is not None:
        raise Unknown("release", str(number), [str(known) for known, _, _ in releases.listed()])
    if about is None:
        raise NotReady("releases")
    units = dict(about.units)
    seen = set(units) if reader is None else reader.within("released", units)
    return Released(
        connection=cast(Any, None), measured=about.measured, coverage={},
        units={key: unit for key, unit in units.items() if key in seen},
        snapshot=about.measured.snapshot, memory=memory, hierarchy=units, every=units, about=about,
    )  # fmt: skip


def any_released() -> bool:
    return bool(releases.listed())
