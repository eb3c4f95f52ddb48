"""A small world in which every measure has something to say, measured by the engine: no person in it is real.

A city with two teams and a supplier, over 2009 and 2010: forty courses, what the persons lived by, activities, steps
with due days, scores, postings, and figures measured elsewhere.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from indicators.laid import Row, lay

from pejling.facts.store import Store
from pejling.indicators.definition import MEASURES
from pejling.indicators.measure import measure
from pejling.indicators.model import Model, load_model

FIRST, LAST = date(2009, 1, 1), date(2010, 10, 31)
TABLES = ("courses", "assignments", "activities", "contacts", "states", "scores", "postings")


def both(da: str, en: str) -> dict[str, str]:
    return {"da": da, "en": en}


WORDS = {
    "job": both("Arbejde", "Work"),
    "education": both("Uddannelse", "Education"),
    "moved": both("Flytning", "Moving away"),
    "cash_benefit": both("Kontanthjælp", "Cash benefit"),
    "sickness_benefit": both("Sygedagpenge", "Sickness benefit"),
    "placement": both("Virksomhedspraktik", "Work placement"),
    "guidance": both("Vejledning", "Guidance"),
    "interview": both("Jobsamtale", "Job interview"),
    "plan": both("Opfølgningssamtale", "Follow-up interview"),
    "who5": both("WHO-5 trivselsindeks", "the WHO-5 well-being index"),
    "wages": both("Løn", "Wages"),
    "offers": both("Tilbud", "Offers"),
}
MODEL: dict[str, Any] = {
    "title": both("Alle mål", "Every measure"),
    "unit_kinds": {"city": both("Kommune", "Municipality"), "team": both("Team", "Team")},
    "target_groups": {"ready": both("Jobparate", "Ready for job"), "sick": both("Sygemeldte", "On sick leave")},
    "groups": {"sex": {"name": both("Køn", "Sex"), "values": {"female": both("Kvinder", "Women"),
                                                              "male": both("Mænd", "Men")}}},
    "words": WORDS,
    "settle_days": 30,
    "join_courses_within": 1,
    "data_synthetic": True,
}  # fmt: skip
LASTING = {"lasting": "26 weeks", "support_states": ["cash_benefit", "sickness_benefit"]}
PLACEMENT = ["placement", "guidance"]
DEFINITIONS: list[dict[str, Any]] = [
    {"key": "intake", "measure": "intake", "unit": "courses", "by": ["sex"],
     "where": {"target_group": ["ready", "sick"], "age": {"from": 18, "below": 60}}},
    {"key": "new_clients", "measure": "intake", "unit": "courses", "reentry_within": "26 weeks",
     "reentry_target_groups": ["ready"]},
    {"key": "open", "measure": "stock", "unit": "courses", "where": {"age": {"below": 60}}},
    {"key": "open_on_average", "measure": "average_stock", "unit": "courses"},
    {"key": "left", "measure": "exits", "unit": "courses", "exit_to": ["job", "education"],
     "where": {"exit_to": ["job", "education", "moved"]}},
    {"key": "fast_exit", "measure": "exit_within", "within": "13 weeks", "exit_to": ["job"]},
    {"key": "fast_lasting", "measure": "exit_within", "within": "26 weeks", "exit_to": ["job", "education"], **LASTING,
     "by": ["sex"], "where": {"sex": ["female", "male"]}},
    {"key": "lasting", "measure": "lasting_share", "exit_to": ["job", "education"], "lasting": "26 weeks",
     "relapse_target_groups": ["ready"]},
    {"key": "in_work_later", "measure": "state_after", "after": "12 weeks", "states": ["job", "education"]},
    {"key": "weeks_to_exit", "measure": "time_to_exit", "statistic": "median", "unit": "weeks", "direction": "down"},
    {"key": "days_to_education", "measure": "time_to_exit", "statistic": "median", "unit": "days",
     "exit_to": ["education"], "horizon": "365 days", "direction": "down"},
    {"key": "mean_days", "measure": "time_to_exit", "statistic": "restricted_mean", "unit": "days",
     "horizon": "180 days", "exit_to": ["job"], "direction": "down"},
    {"key": "activity", "measure": "activity_share", "activity_kinds": PLACEMENT},
    {"key": "supplied", "measure": "activity_share", "activity_kinds": ["placement"], "credit": "supplier"},
    {"key": "early_activity", "measure": "activity_within", "activity_kinds": PLACEMENT, "within": "30 days"},
    {"key": "timely", "measure": "timely", "contact_kinds": ["interview", "plan"]},
    {"key": "wellbeing", "measure": "score_change", "instrument": "who5", "unit": "points", "by": ["sex"]},
    {"key": "better", "measure": "score_change", "instrument": "who5", "improved_by": 10},
    {"key": "spent", "measure": "amount", "accounts": ["wages", "offers"], "nature": "actual", "unit": "kroner",
     "direction": "none"},
    {"key": "cost_per_exit", "measure": "ratio", "numerator": "spent", "denominator": "left", "unit": "kroner",
     "direction": "down"},
    {"key": "satisfied", "measure": "observed"},
]  # fmt: skip
NAMES = {
    "intake": both("Nye forløb", "New courses"),
    "new_clients": both("Nye borgere", "New clients"),
    "open": both("Forløb i gang", "Open courses"),
    "open_on_average": both("Forløb i gang i gennemsnit", "Open courses on average"),
    "left": both("Afgang til arbejde eller uddannelse", "Exits to work or education"),
    "fast_exit": both("Hurtig afgang til arbejde", "Fast exit to work"),
    "fast_lasting": both("Hurtig og varig afgang", "Fast and lasting exit"),
    "lasting": both("Varig afgang", "Lasting exit"),
    "in_work_later": both("I arbejde eller uddannelse 12 uger efter", "In work or education 12 weeks after"),
    "weeks_to_exit": both("Uger til afgang", "Weeks to exit"),
    "days_to_education": both("Dage til uddannelse", "Days to education"),
    "mean_days": both("Gennemsnitlige dage til arbejde", "Mean days to work"),
    "activity": both("Aktiveringsgrad", "Degree of activation"),
    "supplied": both("Aktiveringsgrad hos leverandører", "Degree of activation at suppliers"),
    "early_activity": both("Aktivitet inden for 30 dage", "Activity within 30 days"),
    "timely": both("Rettidige samtaler", "Timely interviews"),
    "wellbeing": both("Ændring i trivsel", "Change in well-being"),
    "better": both("Bedre trivsel", "Better well-being"),
    "spent": both("Forbrug", "Spending"),
    "cost_per_exit": both("Pris for en afgang", "Cost per exit"),
    "satisfied": both("Tilfredse borgere", "Satisfied citizens"),
}


def build(home: Path) -> Store:
    store = Store(home)
    lay(store, facts(), dict.fromkeys(TABLES, (FIRST, LAST)) | {"observations": (FIRST, LAST)})
    load_model(store, model())
    measure(store)
    return store


def model(definitions: list[dict[str, Any]] = DEFINITIONS) -> Model:
    about = {"why": both("Fordi det betyder noget.", "Because it matters."), "kind": "result", "direction": "up"}
    made = tuple(
        MEASURES[d["measure"]].model_validate({"unit": "share", **about, "name": NAMES[d["key"]], **d})
        for d in definitions
    )
    return Model.model_validate(MODEL).model_copy(update={"indicators": made})


def facts() -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {name: [] for name in (*TABLES, "units", "persons", "observations")}
    for unit, kind, parent in (("city", "city", None), ("north", "team", "city"), ("south", "team", "city"),
                               ("firm", "team", "city")):  # fmt: skip
        name = {"city": "Byen", "north": "Team Nord", "south": "Team Syd", "firm": "Leverandøren"}[unit]
        tables["units"].append(
            {"unit_id": unit, "valid_from": FIRST, "name": name, "kind": kind, "parent_id": parent, "valid_to": None}
        )
    for n in range(40):
        _one(tables, n)
    for month in range(1, 13):
        for unit in ("north", "south"):
            for account, amount in (("wages", 41_250.5), ("offers", 12_000.25 if month % 4 else -3_500)):
                tables["postings"].append(
                    {"posting_id": f"{unit}-{account}-{month}", "unit_id": unit, "account": account,
                     "posted_on": date(2009, month, 15), "amount": amount, "nature": "actual"}
                )  # fmt: skip
    tables["observations"] += [
        {"indicator": "satisfied", "unit_id": unit, "period": "2009", "group": "", "numerator": above,
         "denominator": below, "value": None}
        for unit, above, below in (("city", 61, 90), ("north", 30, 45))
    ]  # fmt: skip
    return tables


def _one(tables: dict[str, list[Row]], n: int) -> None:
    """One person's course, and what goes with it: lengths, exits and the rest go in rounds of unlike length."""
    person, course, began = f"p{n:02}", f"c{n:02}", FIRST + timedelta(days=11 * n)
    length = (20, 55, 90, 140, 200, 320, None)[n % 7]
    ended = began + timedelta(days=length) if length else None
    ended = ended if ended and ended <= LAST else None
    exit_to = ("job", "job", "education", "moved", None)[n % 5] if ended else None
    tables["persons"].append(
        {"person_id": person, "birth_date": date(1960 + n, 5, 1), "sex": ("female", "male")[n % 2]}
    )
    tables["courses"].append(
        {"course_id": course, "person_id": person, "unit_id": ("north", "south")[n % 3 == 0],
         "target_group": ("ready", "sick")[n % 4 == 0], "started_on": began, "ended_on": ended, "exit_to": exit_to}
    )  # fmt: skip
    state = "sickness_benefit" if n % 4 == 0 else "cash_benefit"
    tables["states"].append({"person_id": person, "from_on": began, "state": state, "to_on": ended})
    if ended and exit_to in ("job", "education") and n % 6:
        back = ended + timedelta(days=70) if n % 3 == 1 else None
        tables["states"].append({"person_id": person, "from_on": ended, "state": exit_to, "to_on": back})
        if back:
            tables["states"].append({"person_id": person, "from_on": back, "state": "cash_benefit", "to_on": None})
    for k in range(n % 3):
        from_on = began + timedelta(days=12 + 30 * k + n)
        tables["activities"].append(
            {"activity_id": f"{course}-{k}", "course_id": course, "kind": PLACEMENT[k % 2], "started_on": from_on,
             "supplier_id": "firm" if k == 0 else None, "ended_on": from_on + timedelta(days=28)}
        )  # fmt: skip
    for k in range(3):
        due = began + timedelta(days=14 + 28 * k)
        held = (due - timedelta(days=3), due + timedelta(days=5), None)[(n + k) % 3]
        tables["contacts"].append(
            {"contact_id": f"{course}-{k}", "course_id": course, "kind": ("interview", "plan")[k % 2],
             "due_on": due, "held_on": held, "exempt": n % 9 == 0}
        )  # fmt: skip
    if ended and n % 2:
        for day, score in ((began, 40 + n % 5), (ended, 40 + (n * 7) % 31)):
            tables["scores"].append(
                {"course_id": course, "instrument": "who5", "measured_on": day, "score": score}
            )  # fmt: skip
