"""Whoever reads all that is released works out no figure that was withheld: they try, by linear programming."""

from datetime import date

import numpy as np
from drawn import draws
from hypothesis import given, settings
from hypothesis import strategies as st
from steering.attack import Reader, whole_of

from pejling.indicators.definition import MEASURES
from pejling.indicators.hierarchy import Unit
from pejling.steering.release_tables import Edition, Sheet, few
from pejling.steering.releases import withhold

K = 5
SAID = {"da": "x", "en": "x"}
ABOUT = {"name": SAID, "why": SAID, "kind": "effect", "direction": "up"}
DEFINITIONS = {
    "intake": {"measure": "intake", "unit": "courses", "by": ["sex"]},
    "fast": {"measure": "exit_within", "within": "13 weeks", "unit": "share", "by": ["sex"]},
    "early": {"measure": "activity_within", "within": "30 days", "activity_kinds": ["x"], "unit": "share"},
    "stock": {"measure": "stock", "unit": "courses"},
}
INDICATORS = {
    key: MEASURES[said["measure"]].model_validate({"key": key, **ABOUT, **said}) for key, said in DEFINITIONS.items()
}
UNITS = {"top": None, "a": "top", "b": "top", "a1": "a", "a2": "a", "b1": "b", "b2": "b"}
TEAMS = ("a1", "a2", "b1", "b2")
UNIT_OF_TWO = "a1"
MONTHS = tuple(f"2009-{n:02}" for n in range(1, 4))
PERIODS = (*MONTHS, "2009-Q1")


def units():
    return {
        key: Unit(key, key, "x", above, date(2000, 1, 1), None, None) for key, above in UNITS.items()
    }  # fmt: skip


def edition(people):
    """`people`: by team, month, sex and outcome (none, fast, early, both), how many."""
    sheets = []
    for key, indicator in INDICATORS.items():
        for by in ("", *indicator.by):
            counted = people.sum(axis=3)
            if key == "fast":
                counted = people[..., 1] + people[..., 3]
            elif key == "early":
                counted = people[..., 2] + people[..., 3]
            elif key == "stock":
                counted = np.cumsum(people.sum(axis=3), axis=1)
            part, whole = (_spread(each, by, key == "stock") for each in (counted, people.sum(axis=3)))
            share = key in ("fast", "early")
            nothing = np.full(part.shape, np.nan)
            persons = whole if key != "stock" else part
            groups = ("f", "m") if by else ("",)
            sheets.append(
                Sheet(indicator, by, tuple(UNITS), PERIODS, groups, part, whole if share else nothing, persons,
                      np.ones(part.shape, dtype=bool))
            )  # fmt: skip
    return Edition(K, units(), tuple(sheets))


def _spread(counted, by, stock):
    """Teams by months by sexes, over all units, months and the quarter."""
    if not by:
        counted = counted.sum(axis=2, keepdims=True)
    over = np.concatenate([counted, counted[:, -1:] if stock else counted.sum(axis=1, keepdims=True)], axis=1)
    team = dict(zip(TEAMS, over, strict=True))
    a, b = team["a1"] + team["a2"], team["b1"] + team["b2"]
    return np.stack([a + b, a, b, *over]).astype(float)


def rows(edition, shown):
    for sheet in edition.sheets:
        seen = shown[sheet.indicator.key, sheet.by]
        for at in np.ndindex(sheet.numerator.shape):
            numbers = ("numerator", "denominator")
            yield {
                "indicator": sheet.indicator.key,
                "unit": sheet.units[at[0]],
                "period": sheet.periods[at[1]],
                "group_by": sheet.by,
                "group": sheet.groups[at[2]],
                "state": "final" if seen[at] else "suppressed",
                **{name: float(getattr(sheet, name)[at]) if seen[at] else None for name in numbers},
            }


def versions(editions):
    """By release and number: how many times it has changed. One that did not is the same number."""
    told, latest = [], {}
    for each in editions:
        told.append({})
        for sheet in each.sheets:
            counts = sheet.indicator.measure in ("intake", "stock")
            names = {whole_of(DEFINITIONS[sheet.indicator.key]): sheet.numerator if counts else sheet.denominator}
            if not counts:
                names["part " + sheet.indicator.key] = sheet.numerator
            for what, numbers in names.items():
                for at in np.ndindex(numbers.shape):
                    name = (what, sheet.units[at[0]], sheet.periods[at[1]], sheet.by, sheet.groups[at[2]])
                    value, version = latest.get(name, (numbers[at], 0))
                    latest[name] = numbers[at], version + (value != numbers[at])
                    told[-1][name] = latest[name][1]
    return told


def attack(editions, shown):
    reader = Reader(UNITS, DEFINITIONS)
    told = versions(editions)
    for each, seen, version in zip(editions, shown, told, strict=True):
        reader.read(rows(each, seen), version)
    reader.begin()
    for each, seen, version in zip(editions, shown, told, strict=True):
        for sheet in each.sheets:
            yield from _told(reader, sheet, seen[sheet.indicator.key, sheet.by], version, each)


def _told(reader, sheet, seen, version, edition):
    definition = DEFINITIONS[sheet.indicator.key]
    whole, counts = whole_of(definition), definition["measure"] in ("intake", "stock")
    persons, counted = few(sheet, K, edition.of_few, edition.empty)
    for at in np.argwhere(~seen):
        at = tuple(at)
        place = (sheet.units[at[0]], sheet.periods[at[1]], sheet.by, sheet.groups[at[2]])
        never = not (sheet.numerator if counts else sheet.denominator)[at[0], :, at[2]].any()
        low, high = reader.range(reader._version((whole, *place), version))
        part = (low, high)
        people = sheet.numerator[at] if counts else sheet.denominator[at]
        if not counts:
            part = reader.range(reader._version(("part " + sheet.indicator.key, *place), version))
        if not (persons[at] or counted[at]) and reader.told_elsewhere((whole, *place), version):
            continue  # it was withheld for the sake of others, and need not be any more
        yield never, persons[at], counted[at], people, (low, high), part, (sheet.indicator.key, *place)


def check(editions, shown):
    for never, persons, counted, people, (low, high), (least, most), where in attack(editions, shown):
        if never:
            continue
        if persons:
            assert high - low >= K - 1e-6, ("how many", where, low, high)
        if persons or counted:
            assert most - least >= min(K, people) - 1e-6, ("of them", where, least, most)
        else:
            assert high - low > 1e-6 or most - least > 1e-6, ("worked out", where, low, least)


worlds = st.lists(st.integers(0, 9), min_size=96, max_size=96).map(lambda each: np.array(each).reshape(4, 3, 2, 4))
changes = st.lists(st.tuples(st.integers(0, 95), st.integers(0, 9)), max_size=4)


@settings(max_examples=draws(12), deadline=None)
@given(worlds)
def test_one_release_gives_no_withheld_figure_away(people):
    only = edition(people)
    decided = withhold([], only)
    assert decided.exposed == 0
    check([only], [decided.shown])


@settings(max_examples=draws(6), deadline=None)
@given(worlds)
def test_a_unit_that_two_peoples_courses_make_up_is_withheld_and_cannot_be_worked_out(people):
    """Each of the two knows their own: what is said of the unit would be the other's."""
    from dataclasses import replace

    many = replace(edition(people + 9), of_few=frozenset({UNIT_OF_TWO}))  # nobody is few
    decided = withhold([], many)
    for sheet in many.sheets:
        seen = decided.shown[sheet.indicator.key, sheet.by]
        assert not seen[sheet.units.index(UNIT_OF_TWO)].any()
    check([many], [decided.shown])


@settings(max_examples=draws(8), deadline=None)
@given(worlds, changes)
def test_the_next_release_gives_nothing_away_of_the_one_before(people, changed):
    """Late records have come: a few numbers are others by then."""
    first = edition(people)
    before = withhold([], first).shown
    later = people.copy()
    for at, value in changed:
        later.reshape(-1)[at] = value
    second = edition(later)
    known = Edition(K, first.units, tuple(_seen(sheet, before) for sheet in first.sheets))
    decided = withhold([known], second)
    if decided.exposed == 0:
        check([first, second], [before, decided.shown])


@settings(max_examples=draws(4), deadline=None)
@given(worlds)
def test_where_nobody_ever_was_nobody_is_hidden(people):
    """As at a supplier, whose courses are credited to others: what is shown beside it would tell anyhow."""
    people[TEAMS.index("b2")] = 0
    only = edition(people)
    decided = withhold([], only)
    assert "b2" in only.empty and decided.exposed == 0
    for sheet in only.sheets:
        assert decided.shown[sheet.indicator.key, sheet.by][sheet.units.index("b2")].all()
    check([only], [decided.shown])
    people[TEAMS.index("b2"), 0, 0, 0] = 1
    assert "b2" not in edition(people).empty  # one of two indicators that count one is enough


def test_what_is_to_be_withheld_by_now_and_was_shown_before_is_told():
    """Courses that did not count have been corrected away: by now too few are left, and how many counted is known."""
    people = np.full((4, 3, 2, 4), 9)
    first = edition(people)
    before = withhold([], first).shown
    known = Edition(K, first.units, tuple(_seen(sheet, before) for sheet in first.sheets))
    assert withhold([known], edition(people)).exposed == 0
    later = people.copy()
    later[TEAMS.index("a2"), 1, :, [0, 2]] = [[0, 0], [0, 2]]
    decided = withhold([known], edition(later))
    whole = next(sheet for sheet in edition(later).sheets if sheet.indicator.key == "fast" and not sheet.by)
    at = whole.units.index("a2"), whole.periods.index("2009-02"), 0
    assert before["fast", ""][at] and not decided.shown["fast", ""][at]
    assert whole.numerator[at] == first.sheets[1].numerator[at] == 36 and whole.denominator[at] == 38
    assert decided.exposed > 0


def _seen(sheet, shown):
    from dataclasses import replace

    return replace(sheet, shown=shown[sheet.indicator.key, sheet.by])


def test_the_same_facts_are_released_the_same_way_again():
    people = np.random.default_rng(1).integers(0, 9, (4, 3, 2, 4))
    first = edition(people)
    before = withhold([], first).shown
    known = Edition(K, first.units, tuple(_seen(sheet, before) for sheet in first.sheets))
    again = withhold([known], edition(people)).shown
    assert all((again[key] == before[key]).all() for key in before)


def test_few_are_those_that_the_threshold_says():
    only = edition(np.zeros((4, 3, 2, 4), dtype=int))
    sheet = next(each for each in only.sheets if each.indicator.key == "fast" and not each.by)
    numbers = [(0, 0, True), (0, 5, False), (1, 9, True), (4, 9, True), (5, 10, False), (5, 9, True), (9, 9, False)]
    for counted, people, withheld in numbers:
        for name, value in (("numerator", counted), ("denominator", people), ("persons", people)):
            getattr(sheet, name)[0, 0, 0] = value
        assert bool(np.logical_or(*few(sheet, K))[0, 0, 0]) is withheld, (counted, people)
