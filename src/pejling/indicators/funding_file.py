"""Reading `funding.yaml`, and holding it against the model it belongs to: every name known, every month with a rate."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pejling.facts.mistakes import Mistake
from pejling.indicators.definition import (
    ActivityWithin,
    Amount,
    AverageStock,
    Exits,
    ExitWithin,
    Indicator,
    Intake,
    LastingShare,
    StateAfter,
)
from pejling.indicators.documents import Document, nearest, read_document, validated
from pejling.indicators.funding import Funding, FundingYear, Rate

FILE = "funding.yaml"
TRIGGERS = (Intake, Exits)  # something that happens once, on a day: what it is counted by does not grow with time
PAYING = (ExitWithin, LastingShare, StateAfter, ActivityWithin)  # courses of courses, decided one by one


def read_funding(folder: Path, indicators: Sequence[Indicator], target_groups: Sequence[str]) -> Funding | None:
    """None where there is no such file. Raises Mistake with the line, what was found and the cure."""
    if not (folder / FILE).exists():
        return None
    document = read_document(folder / FILE, FILE)
    funding = validated(document, Funding)
    known = {indicator.key: indicator for indicator in indicators}
    _rates(document, funding.rates, target_groups)
    for number, year in enumerate(funding.years):
        _year(document, number, year, funding.rates, known, target_groups)
    if funding.effort:
        for name, kind in (("cost", Amount), ("stock", AverageStock)):
            at = ["effort", name]
            found = _known(document, at, getattr(funding.effort, name), known)
            if not isinstance(found, kind):
                wanted = kind.model_fields["measure"].annotation.__args__[0]  # type: ignore[union-attr]
                raise Mistake(document.where(at), f"{found.key} measures {found.measure}", f"Name an {wanted}")
    return funding


def groups_triggering(trigger: Indicator, target_groups: Sequence[str]) -> tuple[str, ...]:
    """The target groups that the triggering indicator counts: those it asks for, else all of the model's."""
    return trigger.where.target_group or tuple(target_groups)


def _rates(document: Document, rates: Sequence[Rate], target_groups: Sequence[str]) -> None:
    for number, rate in enumerate(rates):
        place: list[str | int] = ["rates", number]
        if rate.target_group not in target_groups:
            cure = nearest(rate.target_group, list(target_groups))
            where = document.where([*place, "target_group"])
            raise Mistake(where, f"{rate.target_group!r} is no target group of the model", cure)
        if rate.to is not None and rate.to <= rate.from_:
            raise Mistake(document.where([*place, "to"]), f"{rate.to} is not after {rate.from_}", "Write a later month")
        for before in rates[:number]:
            if rate.overlaps(before):
                first, second = sorted((before, rate), key=lambda each: each.from_)
                raise Mistake(
                    document.where(place),
                    f"two rates for {rate.target_group} hold in {max(first.from_, second.from_):%Y-%m}",
                    f"End the first of them: `to: {second.from_}`"
                    if second.from_ > first.from_
                    else "Take one of them out, or give them months of their own",
                )


def _year(
    document: Document,
    number: int,
    year: FundingYear,
    rates: Sequence[Rate],
    known: dict[str, Indicator],
    target_groups: Sequence[str],
) -> None:
    here: list[str | int] = ["years", number]
    if rule := year.taximeter:
        place: list[str | int] = [*here, "taximeter", "triggered_by"]
        trigger = _known(document, place, rule.triggered_by, known)
        if not isinstance(trigger, TRIGGERS):
            raise Mistake(
                document.where(place), f"{trigger.key} measures {trigger.measure}",
                "Name an intake or exits: what triggers money happens once, and is counted in its month",
            )  # fmt: skip
        if "target_group" not in trigger.by:
            cure = f"Write `by: [target_group]` in the indicator {trigger.key}: rates are per target group"
            raise Mistake(document.where(place), f"{trigger.key} is not broken down by target group", cure)
        for group in groups_triggering(trigger, target_groups):
            for month in (date(year.year, n, 1) for n in range(1, 13)):
                if not any(rate.target_group == group and rate.holds(month) for rate in rates):
                    raise Mistake(
                        document.where(["rates"]), f"there is no rate for {group} in {month:%Y-%m}",
                        f"Write one under rates, with `from: {month}` or before; 0 kroner if it triggers nothing",
                    )  # fmt: skip
        _counterweights(document, [*here, "taximeter"], rule.counterweights, known)
    if result := year.result:
        place = [*here, "result", "indicator"]
        paying = _known(document, place, result.indicator, known)
        if not isinstance(paying, PAYING):
            cure = "Name a share of courses that are decided one by one: exit_within, lasting_share, state_after"
            raise Mistake(document.where(place), f"{paying.key} measures {paying.measure}", cure)
        if paying.direction != "up" and result.formula == "share_of_pool":
            cure = "Pay by `formula: linear`, whose floor may lie above its benchmark"
            raise Mistake(document.where(place), f"of {paying.key} less is better", cure)
        _counterweights(document, [*here, "result"], result.counterweights, known)


def _counterweights(
    document: Document, place: list[str | int], keys: Sequence[str], known: dict[str, Indicator]
) -> None:
    for number, key in enumerate(keys):
        _known(document, [*place, "counterweights", number], key, known)


def _known(document: Document, place: Sequence[str | int], key: str, known: dict[str, Indicator]) -> Indicator:
    if key not in known:
        raise Mistake(document.where(place), f"the model has no indicator {key!r}", nearest(key, list(known)))
    return known[key]
