"""Statuses made of what was measured and what was agreed: for one unit, or for a whole municipality at once."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from pejling.indicators.definition import Indicator
from pejling.indicators.hierarchy import Unit, descendants
from pejling.indicators.model import fingerprint
from pejling.indicators.periods import Period
from pejling.indicators.pins import Pin, key_beside, pin, still_so
from pejling.indicators.records import deliveries
from pejling.pages.ground import Ground
from pejling.pages.series import heading
from pejling.pages.status_figures import Found, Gathered, gather
from pejling.pages.status_sections import economies, freedom, laws
from pejling.pages.unknown import Unknown
from pejling.steering.adjustments import Baseline, answer
from pejling.steering.asked_goals import Asked, asked_of
from pejling.steering.goal_status import BASELINE, FIRM, Cadence, GoalStatus, goal_status
from pejling.steering.sections import DataSection, EconomySection
from pejling.steering.stands import Adjustment
from pejling.steering.status import FORM, Agreed, Begun, Below, Followed, Mark, Status

RECENT = 100  # deliveries: what an older one refused has been mended or forgotten


def statuses(ground: Ground, agreed: Mapping[str, Agreed], month: str) -> dict[str, Status]:
    """One a unit of `agreed`, in its order. Raises Unknown for a unit or a month that is not there."""
    known_month(ground, month)
    units = [each for unit in agreed for each in (unit, *(below.unit_id for below in shown_below(ground, unit)))]
    every = {**{key: one for each in agreed.values() for key, one in _below_agreed(ground, each)}, **agreed}
    asked = _asked(ground, every, units, month)
    known = {indicator.key: indicator for indicator in ground.model.indicators} | dict(ground.measured.pinned)
    moved = {_answering(ground, each) for said in agreed.values() for each in said.adjustments} & set(known)
    told = {named.budget, named.commitment} if (named := ground.model.economy) else set()
    beside = {i.key for i in ground.model.indicators if i.kind in ("resource", "legal")} - told
    wanted = {each.indicator for goals in asked.values() for each in goals} | beside
    indicators = [indicator for indicator in ground.model.indicators if indicator.key in wanted]
    found = gather(ground, indicators, list(asked), month) | _as_signed(ground, every, month)
    if moved:  # what an adjustment is to move, also at the units that did not adjust
        units = [sibling for unit in agreed for sibling in (unit, *_siblings(ground, unit))]
        found |= gather(ground, [known[key] for key in known if key in moved], list(dict.fromkeys(units)), month)
    data = _data(ground)
    money = economies(ground, list(agreed), month)
    law = laws(ground, list(agreed), month)
    made = {}
    for unit in agreed:
        status = _status(ground, unit, month, every, asked, found, data)
        section = money.get(unit)
        if section and section.whole.empty and agreed[unit].form > 1:
            section = None
        made[unit] = replace(
            _with_economy(status, section, ground), law=law.get(unit), freedom=freedom(ground, agreed[unit])
        )
    return made


def _below_agreed(ground: Ground, agreed: Agreed) -> Iterator[tuple[str, Agreed]]:
    """What the contracts with the units below say: their targets stand beside their figures."""
    for unit, said in agreed.below.items():
        if unit in ground.units:
            yield unit, Agreed(goals=said.goals, signed=said.signed)


def goals(ground: Ground, agreed: Mapping[str, Agreed], month: str) -> dict[str, tuple[GoalStatus, ...]]:
    """Of a status of each unit the goals alone, where its other parts are not shown."""
    known_month(ground, month)
    asked = _asked(ground, agreed, agreed, month)
    wanted = {each.indicator for those in asked.values() for each in those}
    indicators = [indicator for indicator in ground.model.indicators if indicator.key in wanted]
    found = gather(ground, indicators, list(asked), month) | _as_signed(ground, agreed, month)
    return {unit: tuple(_goals(ground, unit, month, asked[unit], found, agreed[unit])) for unit in agreed}


def _asked(ground: Ground, agreed: Mapping[str, Agreed], units: Iterable[str], month: str) -> dict[str, list[Asked]]:
    found: dict[str, list[Asked]] = {}
    for unit in units:
        said, year = agreed.get(unit, Agreed()), int(month[:4])
        goals = asked_of(
            ground.model, ground.hierarchy, ground.unit(unit).unit_id, year, said.goals, beside_of(ground, said)
        )
        found[unit] = list(goals)
    return found


def _as_signed(ground: Ground, agreed: Mapping[str, Agreed], month: str) -> Found:
    """What goes by a definition that was signed and that the model has left; nothing, until it is measured."""
    found: Found = {}
    for unit, said in agreed.items():
        for key, signed in beside_of(ground, said).items():
            pinned = ground.measured.pinned.get(signed)
            found[key, unit] = (
                gather(ground, [pinned], [unit], month)[signed, unit] if pinned else Gathered("month", {})
            )
    return found


def _with_economy(status: Status, section: EconomySection | None, ground: Ground) -> Status:
    """What the section says in full does not stand among the indicators of money too; nor does a budget ever vary."""
    named = ground.model.economy
    if named is None:
        return status
    told = {named.budget, named.commitment, *([named.actual] if section else [])}
    lines = tuple(line for line in status.resources if line.indicator not in told)
    return replace(status, economy=section, resources=lines)


def shown_below(ground: Ground, unit_id: str) -> list[Unit]:
    """The units right below, but for one person's own courses: those are shown to that person only."""
    return [unit for unit in ground.below(unit_id) if unit.kind not in ground.model.levels.caseworker]


def beside_of(ground: Ground, agreed: Agreed) -> dict[str, str]:
    """By indicator, the key beside the model's of each definition that the contract goes by and the model has left."""
    pins = {key: _pin(said) for key, said in agreed.signed.items()}
    return {key: key_beside(pinned) for key, pinned in pins.items() if not still_so(ground.model, pinned)}


def known_month(ground: Ground, month: str) -> None:
    """Raises Unknown where the records do not cover it."""
    months = ground.periods("month")
    if month not in months:
        raise Unknown("period", month, months)


def begun(ground: Ground, agreed: Agreed, unit: str, month: str, goal: str, said: Adjustment) -> Begun:
    """An adjustment with its baseline: the decided periods up to the month of the indicator that it is to move, as they
    are now. By the definition that the unit's contract goes by, where it has that indicator; else the model's.
    """
    signed = ground.measured.pinned.get(beside_of(ground, agreed).get(said.indicator, ""))
    pinned = _pin(agreed.signed[said.indicator]) if signed else pin(ground.model, said.indicator)
    indicator = signed or ground.indicator(said.indicator)
    gathered = gather(ground, [indicator], [unit], month)[indicator.key, unit]
    decided = _decided(gathered)[-BASELINE:]
    before = Baseline(tuple(p for p, _ in decided), tuple(value for _, value in decided))
    return Begun(month, goal, said, gathered.cadence, before, (), pinned.model_dump(mode="json", by_alias=True))


def _answering(ground: Ground, begun: Begun) -> str:
    """The key of what answers an adjustment: the model's, or, where it has left that definition, the one beside it."""
    pinned = _pin(begun.pin) if begun.pin else None
    return begun.said.indicator if pinned is None or still_so(ground.model, pinned) else key_beside(pinned)


def _status(
    ground: Ground,
    unit_id: str,
    month: str,
    every: Mapping[str, Agreed],
    asked: Mapping[str, list[Asked]],
    found: Found,
    data: DataSection,
) -> Status:
    """`every`: what was agreed, also by the units right below."""
    agreed = every[unit_id]
    unit = ground.unit(unit_id)
    goals = tuple(_goals(ground, unit_id, month, asked[unit_id], found, agreed))
    beside = {
        kind: tuple(
            _line(ground, indicator, unit_id, month, found, agreed.form)
            for indicator in ground.model.indicators
            if indicator.kind == kind
            and (there := found.get((indicator.key, unit_id)))
            and _measured(there, indicator, agreed.form)
        )
        for kind in ("resource", "legal")
    }
    upper = ground.hierarchy.get(unit.parent_id or "")
    states = [newest.state for goal in goals if (newest := goal.latest or goal.certain)]
    return Status(
        unit=unit_id, unit_name=unit.name, unit_kind=unit.kind, upper=upper.unit_id if upper else "",
        upper_name=upper.name if upper else "", month=month, contract=agreed.contract,
        synthetic=ground.model.data_synthetic, goals=goals,
        resources=tuple(line for line in beside["resource"] if line.indicator not in {g.indicator for g in goals}),
        duties=beside["legal"], form=agreed.form,
        data=DataSection(
            data.through, data.snapshot, data.model_version, data.refused, len(goals),
            states.count("provisional"), states.count("immature"), counted(ground, unit_id),
        ),
        taken=agreed.taken,
        adjustments=tuple(_followed(ground, unit_id, begun, found, agreed.form) for begun in agreed.adjustments
                          if (_answering(ground, begun), unit_id) in found),
        below=tuple(
            _below(ground, below, month, asked[below.unit_id], found, every.get(below.unit_id))
            for below in shown_below(ground, unit_id)
        ),
    )  # fmt: skip


def _goals(
    ground: Ground, unit: str, month: str, asked: list[Asked], found: Found, agreed: Agreed | None = None
) -> Iterator[GoalStatus]:
    """Those that are measured here, or asked of this very unit; what was signed, by the definition that was signed."""
    beside = beside_of(ground, agreed) if agreed else {}
    form = agreed.form if agreed else FORM
    for each in asked:
        gathered = found[each.indicator, unit]
        signed = beside.get(each.indicator, "")
        measured = ground.measured.pinned.get(signed)
        indicator = _signed(agreed, each.indicator) if agreed and signed else ground.indicator(each.indicator)
        if _measured(gathered, indicator, form) or (each.target and each.target.own):
            status = goal_status(
                indicator, signed.rpartition("_")[2] or fingerprint(ground.model, indicator), month, gathered.figures,
                cadence=gathered.cadence, of=("", "") if signed and not measured else
                heading(ground, measured or indicator).of, goal=each.goal, goal_name=each.name, target=each.target,
                way=each.way, before=agreed.before.get(each.indicator) if agreed else None, levels=form > 3,
            )  # fmt: skip
            yield replace(status, signed=signed)


def _signed(agreed: Agreed, key: str) -> Indicator:
    return _pin(agreed.signed[key]).indicator


def _pin(said: object) -> Pin:
    return Pin.model_validate_json(json.dumps(said))


def _line(ground: Ground, indicator: Indicator, unit: str, month: str, found: Found, form: int) -> GoalStatus:
    gathered = found[indicator.key, unit]
    return goal_status(
        indicator, fingerprint(ground.model, indicator), month, gathered.figures, cadence=gathered.cadence,
        of=heading(ground, indicator).of, levels=form > 3,
    )  # fmt: skip


def _below(ground: Ground, unit: Unit, month: str, asked: list[Asked], found: Found, agreed: Agreed | None) -> Below:
    goals = _goals(ground, unit.unit_id, month, asked, found, agreed)
    marks = tuple(Mark(g.indicator, g.certain, g.variation, g.assurance, g.signal) for g in goals)
    return Below(unit.unit_id, unit.name, unit.kind, marks)


def _measured(gathered: Gathered, indicator: Indicator, form: int) -> bool:
    """Is anybody, or anything, behind any of its figures? Of money: was anything posted here, and not at a unit above?

    In the first form that a status had, 0 kroner were something wherever anybody was.
    """
    known = [f for f in gathered.figures.values() if f.state not in ("not_reported", "undefined")]
    money = indicator.unit == "kroner" and form > 1
    return any(f.numerator or (f.denominator and not money) for f in known)


def _decided(gathered: Gathered) -> list[tuple[str, float]]:
    """(period, value) of each decided period of the cadence, oldest first."""
    listed = [f for text, f in gathered.figures.items() if Period.parse(text).kind == gathered.cadence]
    listed.sort(key=lambda figure: Period.parse(figure.period))
    return [(f.period, f.value) for f in listed if f.state in FIRM and f.value is not None]


def _followed(ground: Ground, unit: str, begun: Begun, found: Found, form: int) -> Followed:
    """Before the third form nothing said that an answer may rest on a provisional figure."""
    indicator = ground.measured.indicator(_answering(ground, begun))
    starts = Period.parse(begun.month).last_on
    gathered = found[indicator.key, unit]
    after = [(p, value) for p, value in _decided(gathered) if Period.parse(p).first_on > starts]
    before = set(begun.baseline.periods)
    others = []
    for sibling in (other for other in _siblings(ground, unit) if other not in begun.adjusting):
        decided = _decided(found[indicator.key, sibling])
        theirs = [value for period, value in decided if period in before]
        later = [value for period, value in decided if Period.parse(period).first_on > starts]
        others.append((theirs, later[: len(after)]))
    waiting = [
        figure.matures_on for text, figure in sorted(gathered.figures.items())
        if Period.parse(text).kind == begun.cadence and Period.parse(text).first_on > starts and figure.matures_on
    ]  # fmt: skip
    by = begun.said.by if begun.cadence == "month" else _ending(begun.cadence, begun.said.by)
    return Followed(
        begun.month, begun.goal, begun.said.indicator, indicator.name, indicator.unit, indicator.direction,
        begun.said.what, begun.said.change, begun.said.by, begun.cadence,
        answer(begun.baseline, after, begun.said.change, by, others if len(others) > 1 else ()),
        waiting[0] if waiting and not after else None,
        provisional=form > 2 and bool(after) and gathered.figures[after[-1][0]].state == "provisional",
    )  # fmt: skip


def _ending(cadence: Cadence, month: str) -> str:
    """The period of the cadence that the month lies in."""
    on = Period.parse(month).last_on
    return Period.ending("quarter", on.year, -(-on.month // 3) * 3).text if cadence == "quarter" else str(on.year)


def _siblings(ground: Ground, unit_id: str) -> list[str]:
    """The other units of its kind under the same unit. One alone would be told from the mean: see `_followed`."""
    unit = ground.hierarchy[unit_id]
    return [
        other.unit_id for other in ground.hierarchy.values()
        if other.parent_id == unit.parent_id and other.kind == unit.kind and other.unit_id != unit_id
    ]  # fmt: skip


def _data(ground: Ground) -> DataSection:
    """`refused`: by table, of the newest delivery that brought it."""
    refused: dict[str, int] = {}
    for delivery in deliveries(ground.connection, RECENT):
        for table in delivery.tables:
            refused.setdefault(table.table, table.counts.refused)
    return DataSection(
        ground.through, ground.measured.snapshot, ground.measured.model_version, sum(refused.values()), 0, 0, 0, ()
    )  # fmt: skip


def counted(ground: Ground, unit_id: str) -> tuple[str, ...]:
    """The units whose records count at the unit, in order."""
    if unit_id not in ground.every:
        return ()
    at = descendants(ground.every, unit_id)
    return tuple(sorted({whose for unit in at for whose in ground.measured.credited.get(unit, [unit])}))


def newest_month(ground: Ground) -> str:
    """The last month that the records cover to its end; the first one where none is."""
    months = [text for text in ground.periods("month") if Period.parse(text).last_on <= ground.through]
    return months[-1] if months else ground.periods("month")[0]


def covered_to(month: str, through: date) -> bool:
    """Do the records reach the month's last day?"""
    return Period.parse(month).last_on <= through
