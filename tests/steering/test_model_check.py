"""The model check finds each thing that the design says it must, once, and nothing in a sound model."""

from datetime import date
from random import Random

import pytest
from steering.models import SOUND, TODAY, area, goal, indicator, past, sound, step

from pejling.indicators.history import NOTHING
from pejling.steering.model_check import check_steering

INDICATORS = SOUND["indicators"]
THEORY = SOUND["focus_areas"][0]["theory"]


ECONOMY = {"budget": "budget", "actual": "spent"}
SPENT, BUDGET = (
    indicator(key, "resource", measure="amount", accounts=["wages"], nature=nature, unit="kroner", direction="none")
    for key, nature in (("spent", "actual"), ("budget", "budget"))
)


def found(model, before=NOTHING):
    return [(each.rule, each.severity, each.where) for each in check_steering(model, TODAY, before)]


def with_goal(**more):
    return sound(focus_areas=[area("work", goal("way_on", "lasting", "fast", **more), theory=THEORY)])


def with_indicator(*more, **kept):
    return sound(indicators=[*INDICATORS, *more], **kept)


def test_a_share_above_1_is_no_target():
    assert ("target_no_share", "error", "goal way_on") in found(with_goal(targets=[{"year": 2026, "level": 55}]))


def test_a_sound_model_has_no_finding():
    assert found(sound()) == []


@pytest.mark.parametrize(
    ("model", "rule", "severity", "where"),
    [
        (with_goal(owner=""), "no_owner", "warning", "goal way_on"),
        (
            sound(focus_areas=[area("work", *SOUND["focus_areas"][0]["goals"], theory=THEORY, owner="")]),
            "no_owner", "warning", "focus_area work",
        ),
        (
            sound(indicators=[*INDICATORS[:2], indicator("lasting", owner="")]),
            "no_owner", "warning", "indicator lasting",
        ),
        (
            sound(indicators=[*INDICATORS[:2], indicator("lasting", review_by=None)]),
            "no_review", "warning", "indicator lasting",
        ),
        (
            sound(indicators=[*INDICATORS[:2], indicator("lasting", review_by=date(2026, 5, 31))]),
            "review_overdue", "warning", "indicator lasting",
        ),
        (with_goal(horizon=2025), "goal_run_out", "warning", "goal way_on"),
        (sound(focus_areas=[]), "no_goals", "note", "model"),
        (with_goal(indicators=["lasting", "fats"]), "goal_unknown_indicator", "error", "goal way_on"),
        (with_goal(asked_of=["center"]), "goal_unknown_unit_kind", "error", "goal way_on"),
        (
            sound(indicators=[*INDICATORS[:2], indicator("lasting", direction="none")]),
            "goal_without_direction", "error", "goal way_on",
        ),
        (
            with_indicator(
                indicator("law", "legal", measure="timely"),
                focus_areas=[
                    area(
                        "work", goal("more_talks", "talks"), goal("way_on", "lasting"),
                        theory=[*THEORY, step("law", "talks")],
                    )
                ],
            ),
            "goal_is_no_effect", "warning", "goal more_talks",
        ),
        (with_indicator(indicator("more", measure="exits", unit="courses")), "unused", "warning", "indicator more"),
        (
            sound(focus_areas=[area("work", goal("way_on", "lasting"), theory=[*THEORY, step("talk", "fast")])]),
            "step_unknown", "error", "focus_area work",
        ),
        (
            sound(focus_areas=[area("work", goal("way_on", "lasting", "fast"), theory=[step("talks", "lasting")])]),
            None, None, None,
        ),
        (
            sound(
                focus_areas=[area("work", goal("way_on", "lasting", "fast"), theory=[*THEORY, step("fast", "talks")])],
                indicators=[*INDICATORS],
            ),
            "step_in_circle", "error", "focus_area work",
        ),
        (
            with_indicator(
                indicator("early", measure="exits", unit="courses"),
                focus_areas=[area("work", goal("way_on", "lasting", "fast"), theory=[*THEORY, step("early", "fast")])],
            ),
            "step_backwards", "warning", "focus_area work",
        ),
        (
            sound(
                focus_areas=[area("work", goal("way_on", "lasting", "fast"), theory=[step("talks", "fast")])]
            ),
            "goal_without_theory", "warning", "goal way_on",
        ),
        (
            sound(focus_areas=[*SOUND["focus_areas"], area("dignity")]),
            "area_without_effect", "political", "focus_area dignity",
        ),
        (
            with_indicator(indicator("law", "legal", measure="timely")),
            "law_without_effect", "political", "indicator law",
        ),
        (sound(grants=[{"kind": "result", "indicator": "lastin"}]), "grant_unknown", "error", "grant lastin"),
        (
            sound(grants=[{"kind": "taximeter", "indicator": "talks", "settled_after": "2 months"}]),
            "money_gamed", "warning", "grant talks",
        ),
        (sound(grants=[{"kind": "result", "indicator": "lasting"}]), "money_immature", "warning", "grant lasting"),
        (
            sound(grants=[{"kind": "result", "indicator": "lasting", "pays_for": "less", "settled_after": "9 months"}]),
            "money_against_goal", "warning", "grant lasting",
        ),
        (with_indicator(SPENT, economy={**ECONOMY, "budget": "bud"}), "economy_unknown", "error", "economy bud"),
        (with_indicator(SPENT, economy={**ECONOMY, "budget": "spent"}), "economy_unfit", "error", "economy spent"),
        (
            with_indicator({**BUDGET, "accounts": ["wages", "rent"]}, SPENT, economy=ECONOMY),
            "economy_other_accounts", "error", "economy budget",
        ),
        (
            with_indicator(BUDGET, SPENT, economy={**ECONOMY, "unit_costs": ["lasting"]}),
            "economy_unfit", "error", "economy lasting",
        ),
        (with_indicator(BUDGET, SPENT, economy=ECONOMY), None, None, None),
    ],
)  # fmt: skip
def test_the_check_finds(model, rule, severity, where):
    assert found(model) == ([(rule, severity, where)] if rule else [])


def test_a_minimum_standard_may_be_what_the_law_asks():
    law = indicator("law", "legal", measure="timely")
    goals = [goal("way_on", "lasting"), goal("in_time", "law", minimum_standard=True)]
    theory = [*THEORY, step("law", "fast"), step("talks", "law")]
    assert found(with_indicator(law, focus_areas=[area("work", *goals, theory=theory)])) == []
    goals[1]["minimum_standard"] = False
    assert found(with_indicator(law, focus_areas=[area("work", *goals, theory=theory)])) == [
        ("goal_is_no_effect", "warning", "goal in_time")
    ]


def test_money_on_what_lasts_and_is_settled_when_it_is_known_has_no_finding():
    assert found(sound(grants=[{"kind": "result", "indicator": "lasting", "settled_after": "9 months"}])) == []


def test_money_that_can_be_earned_the_easy_way_needs_a_counterweight():
    eager = {"kind": "taximeter", "indicator": "talks", "settled_after": "1 month"}
    assert found(sound(grants=[eager])) == [("money_gamed", "warning", "grant talks")]
    assert found(sound(grants=[{**eager, "counterweights": ["lasting"]}])) == []


def test_more_goals_than_the_cap_is_a_warning_for_the_units_that_are_asked():
    keys = [f"effect_{number}" for number in range(6)]
    goals = [goal(f"goal_{key}", key, asked_of=["centre"]) for key in keys]
    theory = [step("talks", key) for key in keys] + [step("talks", "fast"), step("fast", "lasting")]
    model = with_indicator(
        *(indicator(key, within=f"{number + 1} weeks") for number, key in enumerate(keys)),
        focus_areas=[area("work", *goals, theory=theory)],
    )
    (finding,) = check_steering(model, TODAY)
    assert (finding.rule, finding.said) == (
        "too_many_goals", {"year": 2026, "unit_kind": "centre", "goals": 6, "cap": 5},
    )  # fmt: skip
    assert found(model.model_copy(update={"caps": model.caps.model_copy(update={"result_goals": 6})})) == []


def test_the_same_measure_wanted_both_ways_cannot_be_won():
    model = with_indicator(
        indicator("slow", "result", measure="exit_within", within="3 months", direction="down"),
        focus_areas=[
            area("work", goal("way_on", "fast"), goal("no_haste", "slow"), theory=[*THEORY, step("talks", "slow")])
        ],
    )
    assert ("goals_opposed", "warning", "goal way_on") in found(model)


def test_a_cheaper_exit_cannot_be_had_with_fewer_exits():
    model = with_indicator(
        indicator("spent", "resource", measure="amount", accounts=["wages"], nature="actual", unit="kroner"),
        indicator("exits", "result", measure="exits", unit="courses", direction="down"),
        indicator("cost", "result", measure="ratio", numerator="spent", denominator="exits", direction="down"),
        focus_areas=[area("work", goal("cheap", "cost"), goal("calm", "exits"), theory=[
            *THEORY, step("talks", "cost"), step("talks", "exits"),
        ])],
    )  # fmt: skip
    assert ("goals_opposed", "warning", "goal cheap") in found(model)


STEADY = [(8, 20), (9, 20), (7, 20), (8, 20)] * 6


def asked(level, **more):
    return with_goal(targets=[{"year": 2026, "level": level, **more}])


def findings(model, before):
    return {each.rule: each for each in check_steering(model, TODAY, before)}


def test_a_target_that_a_large_unit_can_show_and_has_been_near_has_no_finding():
    months = [(251, 500)] * 12 + [(230, 500)] * 36
    assert found(asked(0.5), past(lasting__whole=months)) == []


def test_a_target_beyond_the_best_year_is_out_of_reach_by_the_units_own_history():
    finding = findings(asked(0.7), past(lasting__whole=STEADY))["target_out_of_reach"]
    (case,) = finding.said["cases"]
    assert case["best"] == pytest.approx(0.4)
    assert case["met_at_best"] < 0.001


def test_a_target_at_todays_level_asks_for_nothing():
    finding = findings(asked(0.4), past(lasting__whole=STEADY))["target_asks_nothing"]
    assert finding.said["cases"][0]["met_as_before"] > 0.5


def test_a_small_unit_is_told_to_be_too_small_and_for_how_many_years_to_wait():
    finding = findings(asked(0.5), past(lasting__whole=[(2, 5), (3, 6), (1, 4)] * 20))["too_small_to_tell"]
    (case,) = finding.said["cases"]
    assert case["courses"] == 60
    assert case["told"] < 0.8
    assert case["years"] > 1


def test_without_history_the_check_says_so():
    assert found(asked(0.5), past()) == [("chance_no_history", "note", "goal way_on")]
    assert found(asked(0.5), past(lasting__whole=STEADY[:11])) == [("chance_no_history", "note", "goal way_on")]
    assert found(asked(0.5)) == [("chance_nobody_asked", "note", "goal way_on")]


def test_a_standard_is_asked_of_every_unit_and_may_be_missed_by_chance():
    model = with_goal(minimum_standard=True, asked_of=["centre"], targets=[{"year": 2026, "level": 0.35}])
    before = past(lasting__a=[(2, 5)] * 24, lasting__b=[(40, 50)] * 24, lasting__whole=[(42, 55)] * 24)
    finding = findings(model, before)["standard_missed_by_chance"]
    assert [case["unit"] for case in finding.said["cases"]] == ["a"]
    assert finding.said["cases"][0]["missed_as_before"] > 0.05


def test_contributions_are_added_in_courses_and_a_gap_is_said():
    before = past(lasting__whole=[(8, 20)] * 24, lasting__a=[(1, 2)] * 24, lasting__b=[(7, 18)] * 24)
    finding = findings(asked(0.5, contributions={"a": 0.7, "b": 0.4}), before)["contributions_short"]
    said = finding.said
    assert (said["asked"], said["promised"], said["gap"], said["courses"]) == (120, 17 + 87, 16, 240)
    reached = findings(asked(0.5, contributions={"a": 0.7, "b": 0.48}), before)
    assert "contributions_short" not in reached


def test_contributions_of_units_without_history_cannot_be_added():
    before = past(lasting__whole=STEADY, lasting__a=STEADY)
    finding = findings(asked(0.5, contributions={"a": 0.7, "b": 0.4}), before)["contributions_unknown"]
    assert finding.said["units"] == ("b",)


def test_a_contribution_of_a_unit_that_is_not_there_is_an_error():
    finding = findings(asked(0.5, contributions={"aa": 0.7}), past(lasting__whole=STEADY))["goal_unknown_unit"]
    assert (finding.severity, finding.said["near"]) == ("error", "a")


def two_goals():
    theory = [*THEORY, step("talks", "other")]
    return with_indicator(
        indicator("other", within="1 month"),
        focus_areas=[area("work", goal("way_on", "lasting"), goal("soon", "other"), theory=theory)],
    )


def drawn(opposite):
    """Six years of months in which what one unit of luck gives the one goal, the other loses or has its own of."""
    chance = Random(7)
    shifts = [chance.gauss(0, 0.1) for _ in range(72)]
    one = [(round(200 * (0.5 + shift)), 200) for shift in shifts]
    other = [(round(200 * (0.5 - shift if opposite else 0.5 + chance.gauss(0, 0.1))), 200) for shift in shifts]
    return past(lasting__whole=one, other__whole=other)


def test_goals_whose_figures_move_oppositely_are_pointed_out_and_others_are_not():
    pulled = findings(two_goals(), drawn(opposite=True))["goals_pull_apart"]
    assert pulled.said["together"] < -0.9 and pulled.said["high"] < 0
    assert "goals_pull_apart" not in findings(two_goals(), drawn(opposite=False))


def test_goals_known_for_too_short_are_not_judged_to_pull_apart():
    before = past(lasting__whole=STEADY, other__whole=STEADY)
    assert findings(two_goals(), before)["pulling_unknown"].severity == "note"


def test_where_several_units_stand_on_top_a_goals_whole_is_the_one_above_all_that_are_asked():
    from dataclasses import replace

    from pejling.steering.prospects import whole

    before = past(lasting__whole=STEADY)
    apart = replace(before, units={**before.units, "supplier": replace(before.units["whole"], unit_id="supplier")})
    (everyone,) = with_goal().goals
    assert whole(everyone, before) == "whole"
    assert whole(everyone, apart) is None
    assert whole(with_goal(asked_of=["centre"]).goals[0], apart) == "whole"
