"""Every rule of the model check has words, in both languages: what was found, why it matters, what to do."""

import re
from pathlib import Path

import pytest
from steering.models import sound

import pejling
from pejling.indicators.findings import Finding

NEAR = {"near": None, "known": ("a", "b"), "more": True}
STEP = {"from": "talks", "to": "fast"}
GRANT = {"grant": "result", "pays_for": "more"}
CASE = {
    "unit": "a", "level": 0.5, "courses": 60, "share": 0.4, "met_as_before": 0.004, "missed_as_before": 0.3,
    "told": 0.42, "best": 0.45, "met_at_best": 0.995, "years": 3,
}  # fmt: skip
TARGET = {"indicator": "lasting", "year": 2026, "cases": (CASE, {**CASE, "years": None})}
SUMS = {"indicator": "lasting", "year": 2026, "level": 0.5, "asked": 120, "promised": 104, "gap": 16, "courses": 240}
SAMPLES = {
    "no_indicator": ("model", {}),
    "unknown_target_group": ("indicator", {"group": "x", **NEAR, "near": "y"}),
    "unknown_rule": ("indicator", {"rule": "x", **NEAR}),
    "law_overlaps": ("rule", {"law": "other", "day": "2026-07-01"}),
    "law_from_memory": ("rule", {}),
    "calendar_unknown": ("model", {"country": "XX", **NEAR}),
    "no_group": ("indicator", {"column": "x"}),
    "group_twice": ("indicator", {}),
    "part_is_ratio": ("indicator", {"part": "numerator", "key": "fast"}),
    "part_unknown": ("indicator", {"part": "denominator", "key": "x", **NEAR}),
    "part_not_broken_down": ("indicator", {"part": "numerator", "key": "fast", "column": "sex", **NEAR, "known": ()}),
    "unknown_column": ("indicator", {"column": "sexx", **NEAR}),
    "never_seen": ("indicator", {"what": "exit_to", "value": "jop", **NEAR}),
    "empty_table": ("indicator", {"table": "scores"}),
    "unnamed": ("column", {"code": "centr", "place": "unit_kinds", **NEAR}),
    "no_owner": ("focus_area", {}),
    "no_review": ("indicator", {}),
    "review_overdue": ("indicator", {"day": "2026-05-31"}),
    "goal_run_out": ("goal", {"horizon": 2025}),
    "no_goals": ("model", {}),
    "goal_unknown_indicator": ("goal", {"key": "x", **NEAR}),
    "goal_unknown_unit_kind": ("goal", {"unit_kind": "x", **NEAR}),
    "goal_unknown_unit": ("goal", {"unit": "x", **NEAR}),
    "goal_without_direction": ("goal", {"indicator": "fast"}),
    "goal_is_no_effect": ("goal", {"indicator": "talks", "indicator_kind": "activity"}),
    "target_no_share": ("goal", {"level": 55}),
    "too_many_goals": ("model", {"year": 2026, "unit_kind": "centre", "goals": 6, "cap": 5}),
    "unused": ("indicator", {}),
    "step_unknown": ("focus_area", {**STEP, "key": "x", **NEAR}),
    "step_in_circle": ("focus_area", STEP),
    "step_backwards": ("focus_area", STEP),
    "goal_without_theory": ("goal", {"indicator": "lasting"}),
    "area_without_effect": ("focus_area", {}),
    "law_without_effect": ("indicator", {}),
    "grant_unknown": ("grant", {**GRANT, "key": "x", **NEAR}),
    "money_gamed": ("grant", {**GRANT, "how": "choice"}),
    "money_immature": ("grant", {**GRANT, "days": 272}),
    "money_against_goal": ("grant", {**GRANT, "goal": "way_on"}),
    "economy_unknown": ("economy", {"key": "x", **NEAR}),
    "economy_unfit": ("economy", {"nature": "budget"}),
    "economy_other_accounts": ("economy", {"indicator": "lasting"}),
    "contributions_short": ("goal", {**SUMS, "reached": 0.433}),
    "contributions_unknown": ("goal", {"year": 2026, "level": 0.5, "units": ("a", "b")}),
    "contributions_not_addable": ("goal", {"year": 2026, "level": 9.0}),
    "chance_no_history": ("goal", {"indicator": "lasting", "units": ("a",)}),
    "chance_no_share": ("goal", {"indicator": "lasting", "units": ("a",)}),
    "chance_nobody_asked": ("goal", {}),
    "target_out_of_reach": ("goal", TARGET),
    "target_asks_nothing": ("goal", TARGET),
    "too_small_to_tell": ("goal", TARGET),
    "standard_missed_by_chance": ("goal", TARGET),
    "goals_opposed": ("goal", {"other": "way_on", "indicator": "fast", "other_indicator": "lasting"}),
    "goals_pull_apart": (
        "goal",
        {
            "other": "way_on", "unit": "a", "indicator": "fast", "other_indicator": "lasting", "together": -0.91,
            "high": -0.85, "changes": 71, "pairs": 3,
        },
    ),
    "pulling_unknown": ("model", {"goals": (("way_on", "soon"),)}),
}  # fmt: skip
KEYS = {
    "indicator": "lasting",
    "goal": "way_on",
    "focus_area": "work",
    "grant": "lasting",
    "economy": "lasting",
    "rule": "interview",
    "column": "units.kind",
}


def every_rule() -> set[str]:
    """Named in the code that finds."""
    files = [
        *Path(pejling.__file__).parent.glob("steering/*.py"),
        Path(pejling.__file__).parent / "indicators/model_check.py",
        Path(pejling.__file__).parent / "indicators/law_check.py",
    ]
    text = "\n".join(file.read_text() for file in files)
    named = set(re.findall(r'Finding\(\s*"(\w+)"', text)) | set(re.findall(r'yield "(\w+)"\n', text))
    return named | {"chance_no_history", "chance_no_share"}


def said(language: str, rule: str, severity: str = "warning"):
    from django.utils import translation

    from pejling.pages.findings import said as in_words

    kind, facts = SAMPLES[rule]
    with translation.override(language):
        return in_words(sound(), Finding(rule, severity, kind, KEYS.get(kind, ""), facts))


def test_every_rule_of_the_code_has_a_sample_here():
    assert set(SAMPLES) == every_rule()


@pytest.mark.parametrize("rule", SAMPLES)
def test_a_finding_says_what_was_found_why_it_matters_and_what_to_do_in_both_languages(northern_ireland, rule):
    danish, english = said("da", rule), said("en", rule)
    for one, other in zip(danish.__dict__.items(), english.__dict__.items(), strict=True):
        if one[0] in ("about", "found", "why", "cure"):
            assert one[1] and other[1]
            assert "%(" not in one[1] + other[1]
            assert one[1] != other[1], one[0]
    assert danish.source == english.source


def test_chances_and_shares_are_written_as_the_language_writes_them(northern_ireland):
    danish, english = said("da", "too_small_to_tell"), said("en", "too_small_to_tell")
    assert "40,0\u00a0%" in danish.cases[0] and "42\u00a0%" in danish.cases[0]
    assert "3 years together are enough" in english.cases[0]
    assert "Not even ten years" in english.cases[1]
    assert "under 1%" in said("en", "target_asks_nothing").cases[0]
    assert "over 99%" in said("en", "target_out_of_reach").cases[0]


def test_each_way_to_earn_money_wrongly_has_words(northern_ireland):
    from django.utils import translation

    from pejling.pages.findings import _earned
    from pejling.steering import money

    ways = set(re.findall(r'return "(\w+)"', Path(money.__file__).read_text())) | {"count_day", "volume"}
    for way in ways:
        with translation.override("da"):
            danish = _earned(way)
        with translation.override("en"):
            assert danish != _earned(way)
