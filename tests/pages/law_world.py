"""A city with two teams under a small law, measured by the engine: one team keeps it, the other does not."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from indicators.laid import Row, lay
from indicators.laws import law

from pejling.facts.store import Store
from pejling.indicators.measure import measure
from pejling.indicators.model import Model, load_model

FIRST, LAST = date(2009, 1, 1), date(2010, 12, 31)
X = {"da": "x", "en": "y"}
RULES: list[dict[str, Any]] = [
    {"key": "interview", "kind": "contact_every", "contact_kinds": ["interview"],
     "name": {"da": "Samtale hver måned", "en": "An interview a month"},
     "versions": [{"every": "1 month", "hours": 2, "reimbursed": True,
                   "exemptions": [{"key": "at_work", "activity_kinds": ["placement"]}]}]},
    {"key": "four", "kind": "contacts_within", "contact_kinds": ["interview"],
     "name": {"da": "Fire samtaler", "en": "Four interviews"},
     "versions": [{"until": date(2010, 7, 1), "count": 4, "within": "6 months", "at_least": 0.5},
                  {"from": date(2010, 7, 1), "count": 2, "within": "6 months", "at_least": 0.75}]},
    {"key": "offer", "kind": "activation_within", "activity_kinds": ["placement"],
     "applies_to": {"age": {"from": 30}}, "name": {"da": "Et tilbud", "en": "An offer"},
     "versions": [{"until": date(2005, 1, 1), "within": "13 weeks"}]},
]  # fmt: skip
PAID: list[dict[str, Any]] = [
    {"key": "paid", "kind": "reimbursement", "name": {"da": "Refusionstrappe", "en": "The ladder"}, "remembers": 52,
     "versions": [{"ladder": [{"through_week": 4, "rate": 0.8}, {"rate": 0.3}], "weekly": 2000}]},
]  # fmt: skip
FREEDOM = {
    "degrees": [{"key": "methods", "name": {"da": "Metoder", "en": "Methods"}},
                {"key": "staff", "name": {"da": "Bemanding", "en": "Staffing"}}],
    "law": {"timely": 0.75, "months": 3, "narrows": ["methods"], 
            "restores": {"da": "Tre gode måneder", "en": "Three good months"}},
    "longest": 6,
}  # fmt: skip


def build(folder: Path, more: dict[str, list[Row]] | None = None) -> Store:
    """`more`: rows beside the city's own, by table."""
    store, rows = Store(folder), tables()
    dated = ("courses", "assignments", "contacts", "activities", "postings")
    rows |= {table: rows.get(table, []) + added for table, added in (more or {}).items()}
    lay(store, rows, dict.fromkeys(dated, (FIRST, LAST)))
    plain = {"title": {"da": "Byen", "en": "The city"},
             "target_groups": {"cash": {"da": "Kontanthjælp", "en": "Cash benefit"}},
             "words": {"interview": {"da": "Samtale", "en": "Interview"},
                       "placement": {"da": "Praktik", "en": "Placement"}},
             "room": {"accounts": ["wages"], "hour": 400, "source": "a test"}, "freedom": FREEDOM}  # fmt: skip
    said = law(RULES, PAID)
    load_model(store, Model.model_validate(plain | said))
    measure(store)
    return store


def tables() -> dict[str, list[Row]]:
    units = [{"unit_id": "city", "name": "Byen", "kind": "city"}]
    units += [
        {"unit_id": team, "name": f"Team {team[-1]}", "kind": "team", "parent_id": "city"}
        for team in ("team-a", "team-b")
    ]
    units += [{"unit_id": "firm", "name": "Firmaet", "kind": "supplier", "parent_id": "city"}]
    courses: list[Row] = []
    contacts: list[Row] = []
    for number in range(40):
        team = "team-a" if number % 2 else "team-b"
        started = date(2009, 1, 5) + timedelta(days=11 * number)
        course = f"C{number:02}"
        ended = started + timedelta(days=500) if number < 20 else None
        courses.append({"course_id": course, "person_id": f"P{number:02}", "unit_id": team, "target_group": "cash",
                        "started_on": started, "ended_on": ended})  # fmt: skip
        every = 27 if team == "team-b" else 60  # team a is late twice out of three
        contacts += [
            {"contact_id": f"{course}-{n}", "course_id": course, "kind": "interview",
             "held_on": started + timedelta(days=every * (n + 1))}
            for n in range(14) if started + timedelta(days=every * (n + 1)) <= LAST
        ]  # fmt: skip
    courses.append({"course_id": "C41", "person_id": "P41", "unit_id": "team-a", "target_group": "cash",
                    "started_on": date(2010, 4, 1), "ended_on": None})  # never seen: it owes all  # fmt: skip
    persons: list[Row] = [{"person_id": course["person_id"], "birth_date": date(1970, 1, 1)} for course in courses]
    activities: list[Row] = [{"activity_id": "A", "course_id": "C00", "kind": "placement",
                              "started_on": date(2009, 6, 1), "ended_on": date(2009, 9, 1)}]  # fmt: skip
    activities += [{"activity_id": f"W{number}", "course_id": f"C{number}", "kind": "workshop", "supplier_id": "firm",
                    "started_on": date(2010, 12, 1)} for number in (21, 22)]  # fmt: skip
    postings: list[Row] = [
        {"posting_id": f"B-{year}-{month}", "unit_id": "team-a", "account": "wages", "nature": "budget",
         "posted_on": date(year, month, 1), "amount": 100_000}
        for year in (2009, 2010) for month in range(1, 13)
    ]  # fmt: skip
    every_unit: list[Row] = [{**unit, "valid_from": date(1990, 1, 1)} for unit in units]
    return {"units": every_unit, "persons": persons, "courses": courses, "contacts": contacts,
            "activities": activities, "postings": postings}  # fmt: skip
