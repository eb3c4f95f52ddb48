"""Implementation agreements: the list of them with what is owed, and each with its effect before and now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from pejling.agreements import implementation
from pejling.agreements.models import Agreement, Note
from pejling.agreements.rights import Reader, lineage
from pejling.indicators.figures import Figure
from pejling.pages import values, words
from pejling.pages.definition import definition
from pejling.pages.ground import Ground
from pejling.pages.pasts import shown
from pejling.pages.series import FIRM, Heading, heading
from pejling.pages.unknown import Unknown
from pejling.steering import implementation as rules


@dataclass(frozen=True)
class AgreementRow:
    agreement: int
    said: rules.Agreement
    closed: bool
    overdue: int  # milestones whose day is past
    owed: tuple[rules.Milestone, ...]  # of those, the reader's own


@dataclass(frozen=True)
class AgreementsPage:
    rows: tuple[AgreementRow, ...]
    writes: bool
    synthetic: bool


@dataclass(frozen=True)
class MilestoneView:
    number: int
    said: rules.Milestone
    overdue: bool
    mine: bool  # the reader may say that it is reached

    @property
    def wanted(self) -> str:
        """Its process target, called one as long as it is not reached: "18 of 18" alone reads as done."""
        if not self.said.target or self.said.done_on:
            return self.said.target
        return gettext("to be reached: %(target)s") % {"target": self.said.target}


@dataclass(frozen=True)
class AgreementPage:
    agreement: int
    revision: int
    said: rules.Agreement
    effect: Heading | None
    effect_name: str
    effect_unit: str
    sentences: tuple[str, ...]
    before: Figure | None
    now: Figure | None
    milestones: tuple[MilestoneView, ...]
    notes: tuple[Note, ...]
    closing: rules.Closing | None
    leads: bool
    part: bool
    synthetic: bool
    came: tuple[str, ...] = rules.CAME

    @property
    def synthetic_words(self) -> str:
        return gettext("These data are made up. They are about no real people.") if self.synthetic else ""


def agreements_page(ground: Ground, reader: Reader, today: date) -> AgreementsPage:
    """Those with something owed by the reader first, then by number; the closed last."""
    rows = []
    for kept in Agreement.objects.all():
        said = implementation.content(kept)
        if readable(ground, reader, said):
            closed = kept.state == "closed"
            owed = () if closed else said.owed(reader.at("agreements"), today)
            overdue = 0 if closed else sum(each.overdue(today) for each in said.milestones)
            rows.append(AgreementRow(kept.pk, said, closed, overdue, tuple(said.milestones[n] for n in owed)))
    rows.sort(key=lambda row: (row.closed, not row.owed, row.agreement))
    return AgreementsPage(tuple(rows), bool(reader.at("agreements")), ground.model.data_synthetic)


def find_agreement(ground: Ground, reader: Reader, number: int) -> Agreement:
    """Raises Unknown where there is none, or it is not the reader's to see."""
    kept = Agreement.objects.filter(pk=number).first()
    if kept is None or not readable(ground, reader, implementation.content(kept)):
        raise Unknown("agreement", str(number))
    return kept


def readable(ground: Ground, reader: Reader, said: rules.Agreement) -> bool:
    """By those who have a part in it, those above them, and those below them who carry it out."""
    reach = reader.within("signed", ground.hierarchy) | lineage(ground.hierarchy, reader.at("signed"))
    return bool(reach & (said.units - {said.begun_by})) or said.begun_by in reader.at("signed")


def agreement_page(
    ground: Ground, reader: Reader, kept: Agreement, today: date, said: rules.Agreement | None = None
) -> AgreementPage:
    """`said`: as it is being written, where that is not what was saved."""
    said = said or implementation.content(kept)
    indicator = next((each for each in ground.model.indicators if each.key == said.effect), None)
    part = implementation.has_a_part(reader, said)
    before, now = before_and_now(ground, said, part=part) if indicator else (None, None)
    leads, own = implementation.leads(reader, said), reader.at("agreements")
    unit = ground.hierarchy.get(said.effect_unit)
    return AgreementPage(
        agreement=kept.pk,
        revision=kept.revision,
        said=said,
        effect=heading(ground, indicator) if indicator else None,
        effect_name=words.text(indicator.name) if indicator else said.effect,
        effect_unit=unit.name if unit else said.effect_unit,
        sentences=definition(ground.model, indicator).sentences if indicator else (),
        before=before,
        now=now,
        milestones=tuple(_milestones(kept, said, leads, own, today)),
        notes=tuple(kept.notes.all()),
        closing=implementation.closing(kept),
        leads=leads and kept.state != "closed",
        part=part and kept.state != "closed",
        synthetic=ground.model.data_synthetic,
    )


def _milestones(
    kept: Agreement, said: rules.Agreement, leads: bool, own: frozenset[str], today: date
) -> Iterator[MilestoneView]:
    for number, each in enumerate(said.milestones):
        open_ = kept.state != "closed" and each.done_on is None
        yield MilestoneView(number, each, open_ and each.overdue(today), open_ and (leads or each.unit in own))


def before_and_now(ground: Ground, said: rules.Agreement, *, part: bool) -> tuple[Figure | None, Figure | None]:
    """The effect in the period it is measured from, and in the newest year after it that is firm (else the newest).

    Nothing for who sees no figures; who has a part in it sees those of the whole, too.
    """
    found = {f.period: f for f in shown(ground, said.effect, said.effect_unit, ground.periods("year"), part=part)}
    later = [figure for figure in found.values() if figure.period > said.before]
    firm = [figure for figure in later if figure.state in FIRM]
    return found.get(said.before), max(firm or later, key=lambda figure: figure.period, default=None)


def closing_of(ground: Ground, said: rules.Agreement, came: rules.Came, text: str, today: date) -> rules.Closing:
    """With the figures in words as they are today: what was known when it was closed."""
    figures = {}
    periods = {"before": said.before, "after": ""}
    if any(indicator.key == said.effect for indicator in ground.model.indicators):
        head = heading(ground, ground.indicator(said.effect))
        for name, figure in zip(("before", "after"), before_and_now(ground, said, part=True), strict=True):
            if figure:
                figures[name], periods[name] = values.told(figure, head), figure.period
    return rules.Closing(
        came=came, said=text, before=periods["before"], after=periods["after"], figures=figures, closed_on=today
    )


def came(name: str) -> str:
    return {
        "yes": gettext("Yes, the effect came"),
        "partly": gettext("Partly"),
        "no": gettext("No, it did not come"),
        "too_early": gettext("It is too early to say"),
    }[name]
