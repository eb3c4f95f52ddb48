"""What is said to be measured from a field is held against the plain-Python reference, over a world where every measure
has something to say: a field that is left out makes no difference, and one that is named makes one.
"""

from dataclasses import fields, replace
from datetime import timedelta
from functools import cache

import pytest
from meaning.facts import TABLES, World
from meaning.figures import figure
from pages.every_measure import DEFINITIONS, FIRST, LAST, facts, model

from pejling.facts.tables import TABLES as CONTRACT
from pejling.indicators.fields import Field, measured_from, read_by_rules, told_apart_by

OTHER = {"unit_id": "firm", "nature": "other", "kind": "other", "exit_to": "other", "target_group": "other"}
BY_KEY = {definition["key"]: definition for definition in DEFINITIONS}
PLAIN = [d for d in DEFINITIONS if d["measure"] != "ratio"]


@cache
def world() -> World:
    rows = facts()
    rows["assignments"] = [
        {
            "course_id": f"c{n:02}",
            "from_on": row["started_on"],
            "unit_id": "south",
            "target_group": "sick",
            "to_on": row["started_on"] + timedelta(days=15),
        }
        for n, row in enumerate(rows["courses"])
        if n % 5 == 0
    ]
    rows["observations"].append({"indicator": "satisfied", "unit_id": "south", "period": "2009", "value": 0.6})
    return World(
        **{table: tuple(kind(**row) for row in rows[table]) for table, kind in TABLES.items()},
        coverage=dict.fromkeys(TABLES, (FIRST, LAST)),
    )


def without(gone: frozenset[Field]) -> World:
    """The world with these fields overwritten; no rows of a table of which all are gone."""
    changed = {}
    for table, kind in TABLES.items():
        names = {field.name for field in fields(kind)}
        blank = {name: OTHER.get(name) for name in names if (table, name) in gone}
        changed[table] = () if len(blank) == len(names) else tuple(replace(r, **blank) for r in getattr(world(), table))
    return replace(world(), **changed)


def said(of: World, definition: dict) -> list:
    groups = {"": "", "sex": "female"}
    asked = [(unit, by, groups[by]) for unit in ("city", "south", "firm") for by in ("", *definition.get("by", []))]
    return [figure(of, definition, unit, "2009", by, group, BY_KEY) for unit, by, group in asked]


def used(definition: dict) -> frozenset[Field]:
    made = model()
    return measured_from(made, made.indicator(definition["key"]))


EVERY = frozenset((table, field.name) for table, kind in TABLES.items() for field in fields(kind))
KEYS = frozenset().union(*(told_apart_by(table) for table in TABLES))
HIERARCHY = frozenset(field for field in EVERY if field[0] == "units")


@pytest.mark.parametrize("definition", DEFINITIONS, ids=BY_KEY)
def test_a_field_that_an_indicator_is_not_measured_from_makes_no_difference(definition):
    assert said(without(EVERY - used(definition) - HIERARCHY - KEYS), definition) == said(world(), definition)


NAMED = sorted(frozenset().union(*map(used, PLAIN)) - KEYS)


@pytest.mark.parametrize("field", NAMED, ids=".".join)
def test_a_field_that_is_named_makes_a_difference_to_an_indicator_that_names_it(field):
    """The keys aside: without them there are no rows."""
    left = without(frozenset([field]))

    def differs(definition: dict) -> bool:
        try:
            return said(left, definition) != said(world(), definition)
        except (TypeError, AttributeError):  # it cannot be measured without
            return True

    assert any(differs(definition) for definition in PLAIN if field in used(definition))


def test_every_field_named_is_one_of_the_contract():
    made = model()
    named = {field for each in made.indicators for field in measured_from(made, each)}
    for table, column in named.union(*read_by_rules(made).values()):
        assert CONTRACT[table].free_columns or column in {each.name for each in CONTRACT[table].columns}
