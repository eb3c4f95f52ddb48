"""A result contract as PDF: the same page as on the screen, on two pages of paper."""

from django.utils.translation import get_language, gettext

from pejling.pages import words
from pejling.pages.contract import ContractPage, Signature, other_kind, state
from pejling.reports.paper import pdf


def contract_pdf(page: ContractPage) -> bytes:
    said = page.said
    title = gettext("%(unit)s and %(upper)s") % {"unit": said.unit_name, "upper": said.upper_name}
    kind = f"{gettext('Results contract')} {said.year}"
    version = gettext("version %(number)s") % {"number": page.number}
    frame = [
        (gettext("Economy"), said.economy),
        (gettext("The law's requirements"), said.law),
        (gettext("Focus areas"), said.focus),
    ]
    document = {
        "title": title,
        "author": said.upper_name,
        "language": get_language() or "da",
        "eyebrow": kind,
        "foot": f"{kind}: {title}, {version}",
        "standing": ", ".join([state(page.state), version, *([page.reason] if page.reason else [])]),
        "synthetic": page.synthetic_words,
        "purpose": said.purpose,
        "frame": [(name, text) for name, text in frame if text],
        "heads": [
            gettext("Goal"), gettext("Target"), gettext("Baseline"), gettext("On the way, since 1 January"),
            gettext("The years after"),
        ],
        "goals": [
            {
                "name": view.name,
                "sharing": view.sharing + (f", {view.goal.weight} %" if view.goal.weight else ""),
                "target": view.target,
                "baseline": f"{words.period(view.goal.baseline_period)}: {view.baseline}"
                if view.goal.baseline_period
                else view.baseline,
                "way": " · ".join(value for _, value in view.trajectory),
                "later": [f"{year}: {value}" for year, value in view.later],
            }
            for view in page.goals
        ],
        "sums": [{"name": view.name, "said": view.whole.said} for view in page.goals if view.whole],
        "others": [_other(line.kind, line.text, words.day(line.due_on) if line.due_on else "") for line in said.others],
        "payment": [(line.text, words.value(float(line.amount), "kroner")) for line in said.payment],
        "paid": [gettext("Together"), words.value(float(said.paid), "kroner")] if said.payment else [],
        "follow_up": said.follow_up,
        "definitions": [{"name": view.name, "sentences": view.sentences} for view in page.goals],
        "parties": [_party(name, signature) for _, name, signature in page.parties],
        "words": {
            "purpose": gettext("Purpose"), "frame": gettext("The fixed frame"), "goals": gettext("Result goals"),
            "others": gettext("Effort and development goals"), "payment": gettext("Payment"),
            "what": gettext("For what"), "amount": gettext("Kroner"), "follow_up": gettext("Follow-up"),
            "definitions": gettext("How it is measured"), "signatures": gettext("Signatures"),
        },
    }  # fmt: skip
    return pdf("contract.typ", document, pages=2)


def _other(kind: str, text: str, day: str) -> str:
    return f"{other_kind(kind)}{', ' + day if day else ''}: {text}"


def _party(name: str, signature: Signature | None) -> dict[str, object]:
    if signature is None:
        return {"name": name, "said": gettext("Not signed yet"), "more": []}
    signed = {"who": signature.who, "when": words.moment(signature.at)}
    more = [f"{gettext('Although it does not add up:')} {signature.reason}"] if signature.reason else []
    more += [f"{gettext('Objection to a definition:')} {text}" for text in signature.objections.values()]
    return {"name": name, "said": gettext("Signed by %(who)s, %(when)s") % signed, "more": more}
