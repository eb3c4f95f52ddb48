"""Laws as tests write them: a rule's name, and the source of a version, are a test's own."""

from typing import Any

from pydantic import TypeAdapter

from pejling.indicators.law import Reimbursement, Rule

NAME = {"da": "x", "en": "x"}
SAID = {"name": NAME, "why": NAME}
RULES: TypeAdapter[Any] = TypeAdapter(Rule)


def law(rules: list[dict[str, Any]], paid: list[dict[str, Any]] = [], closed: tuple[str, ...] = ()) -> dict[str, Any]:  # noqa: B006
    """What of a model is the law: versions without a source say that they are a test's."""

    def whole(rule: dict[str, Any]) -> dict[str, Any]:
        return {**SAID, **rule, "versions": [{"source": "a test", **_exempt(version)} for version in rule["versions"]]}

    return {
        "law": tuple(RULES.validate_python(whole(rule)) for rule in rules),
        "reimbursements": tuple(Reimbursement.model_validate(whole(each)) for each in paid),
        "calendar": {"closed": list(closed)},
    }


def _exempt(version: dict[str, Any]) -> dict[str, Any]:
    exemptions = [{"reason": NAME, **each} for each in version.get("exemptions", [])]
    return {**version, "exemptions": exemptions} if exemptions else version


SMALL = (  # a little of all that a law can ask, over the groups and days of generated worlds
    [
        {"key": "often", "kind": "contact_every", "contact_kinds": ["talk", "training"],
         "versions": [{"until": "2008-02-29", "every": "1 month", "reimbursed": True},
                      {"from": "2008-02-29", "every": "10 days", "if_closed": "next_open_day", "hours": 1.5}]},
        {"key": "begin", "kind": "activation_within", "activity_kinds": ["training"],
         "applies_to": {"age": {"from": 20}},
         "versions": [{"within": "5 days", "exemptions": [{"key": "cared", "states": ["benefit"]}]}]},
        {"key": "twice", "kind": "contacts_within", "repeated": True, "contact_kinds": ["talk"],
         "versions": [{"count": 2, "within": "1 month", "kroner": 12.5}]},
    ],
    [
        {"key": "paid", "kind": "reimbursement", "remembers": 20,
         "versions": [{"ladder": [{"through_week": 4, "rate": 0.8}, {"rate": 0.3}], "weekly": 2345.67,
                       "active": 0.5, "active_kinds": ["training"]}]},
    ],
)  # fmt: skip
