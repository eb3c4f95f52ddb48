"""An implementation agreement as PDF: the same page as on the screen."""

from django.utils.translation import get_language, gettext

from pejling.pages import values, words
from pejling.pages.agreements import AgreementPage, came
from pejling.reports.paper import pdf


def agreement_pdf(page: AgreementPage) -> bytes:
    said, kind = page.said, gettext("Implementation agreement")
    figures = [
        (f"{name}, {words.period(figure.period)}", values.told(figure, page.effect))
        for name, figure in ((gettext("Before"), page.before), (gettext("Now"), page.now))
        if figure and page.effect
    ]
    responsible = said.responsible_name + (f", {said.person}" if said.person else "")
    document = {
        "title": said.title,
        "author": said.responsible_name,
        "language": get_language() or "da",
        "eyebrow": kind,
        "foot": f"{kind}: {said.title}",
        "standing": gettext("Closed") if page.closing else gettext("Running"),
        "synthetic": page.synthetic_words,
        "purpose": said.purpose,
        "effect": {
            "name": page.effect_name, "unit": page.effect_unit, "figures": figures, "sentences": page.sentences,
        },
        "actors": [(gettext("The one responsible"), responsible), *((a.unit_name, a.task) for a in said.actors)],
        "heads": [gettext("By"), gettext("Owed by"), gettext("What is reached"), gettext("State")],
        "milestones": [
            (
                words.day(each.said.due_on),
                each.said.unit_name,
                each.said.text + (f" ({each.wanted})" if each.wanted else ""),
                gettext("reached %(day)s") % {"day": words.day(each.said.done_on)}
                if each.said.done_on
                else gettext("overdue") if each.overdue else words.MISSING,
            )
            for each in page.milestones
        ],
        "risks": said.risks,
        "notes": [(f"{note.who}, {words.moment(note.at)}", note.text) for note in page.notes],
        "closing": _closing(page),
        "words": {
            "purpose": gettext("Purpose"), "effect": gettext("The effect expected"), "who": gettext("Who does what"),
            "milestones": gettext("Milestones"), "risks": gettext("Risks"), "notes": gettext("How it stands"),
            "closing": gettext("Did the effect come?"),
        },
    }  # fmt: skip
    return pdf("agreement.typ", document, pages=2)


def _closing(page: AgreementPage) -> list[tuple[str, str]]:
    if page.closing is None:
        return []
    lines = [(came(page.closing.came), page.closing.said)]
    for name, period, key in (
        (gettext("Before"), page.closing.before, "before"),
        (gettext("After"), page.closing.after, "after"),
    ):
        if key in page.closing.figures:
            lines.append((f"{name}, {words.period(period)}", page.closing.figures[key]))
    return lines
