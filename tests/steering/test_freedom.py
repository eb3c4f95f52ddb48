"""A sign of failing is firm and beyond chance; a proposal narrows nothing by itself."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pejling.indicators.freedom_terms import Freedom
from pejling.steering.freedom import (
    EconomyEvidence,
    GoalEvidence,
    LawEvidence,
    contract_test,
    economy_test,
    law_test,
    proposal,
)

X = {"da": "x", "en": "x"}
TERMS = Freedom.model_validate(
    {
        "degrees": [{"key": "staff", "name": X}, {"key": "methods", "name": X}],
        "economy": {"over": 0.02, "narrows": ["staff"], "restores": X},
        "law": {"timely": 0.75, "months": 3, "narrows": ["methods"], "restores": X},
        "contract": {"goals": 1, "narrows": ["methods"], "restores": X},
    }
)
LATE = ((5, 10),) * 12


def law(in_time=500, due=1000, state="final", at_least=1.0, months=LATE):
    return LawEvidence("rule", "2009-12/12", in_time, due, state, at_least, months)


def goal(counted=30, of=100, target=0.5, state="final", direction="up"):
    value = counted / of
    return GoalEvidence("goal", "2009", target, direction, value, value - 0.05, value + 0.05, state, counted, of)


def money(low="105", expected="110", high="115", state="final"):
    return EconomyEvidence("2009", Decimal(100), Decimal(expected), Decimal(low), Decimal(high), state)


@pytest.mark.parametrize(
    "evidence, outcome, waiting",
    [
        (law(), "failing", ""),
        (law(state="immature"), "unknown", "immature"),
        (law(state="provisional"), "unknown", "provisional"),
        (law(in_time=7, due=10), "unknown", "chance"),  # 70 % of ten steps
        (law(in_time=740, due=1000), "unknown", "chance"),  # its interval reaches 75 %
        (law(in_time=800, due=1000), "holds", ""),
        (law(in_time=0, due=0), "unknown", "nothing"),
        (law(months=((5, 10),) * 11 + ((9, 10),)), "unknown", "lately_better"),
        (law(months=((5, 10),) * 2), "unknown", "lately_better"),  # too few months to say
        (law(at_least=0.4), "holds", ""),  # the law itself asks for no more
    ],
)  # fmt: skip
def test_the_laws_sign(evidence, outcome, waiting):
    test = law_test(TERMS, [evidence])
    assert (test.outcome, test.judged[0].waiting) == (outcome, waiting)


def test_of_many_rules_each_must_be_surer():
    edge = law(in_time=720, due=1000)
    assert law_test(TERMS, [edge]).outcome == "failing"
    assert law_test(TERMS, [edge, *[law(in_time=900)] * 9]).outcome == "holds"


@pytest.mark.parametrize(
    "evidence, outcome",
    [(goal(), "failing"), (goal(state="immature"), "unknown"), (goal(state="provisional"), "unknown"),
     (goal(counted=45), "unknown"), (goal(counted=50), "holds"), (goal(counted=70, direction="down"), "failing"),
     (goal(counted=30, direction="down"), "holds"), (goal(counted=55, direction="down"), "unknown")],
)  # fmt: skip
def test_the_contracts_sign(evidence, outcome):
    assert contract_test(TERMS, [evidence]).outcome == outcome


def test_a_figure_without_an_interval_is_no_sign_by_itself():
    bare = GoalEvidence("goal", "2009", 50.0, "up", 10.0, None, None, "final")
    assert contract_test(TERMS, [bare]).judged[0].waiting == "no_interval"


@pytest.mark.parametrize(
    "evidence, outcome",
    [(money(), "failing"), (money(low="101"), "unknown"), (money(state="provisional"), "unknown"),
     (money("90", "95", "99"), "holds"), (None, "unknown")],
)  # fmt: skip
def test_the_economys_sign_is_the_whole_interval_above_the_budget(evidence, outcome):
    assert economy_test(TERMS, evidence).outcome == outcome


def test_a_proposal_names_what_and_why_and_nothing_twice():
    tests = [economy_test(TERMS, money()), law_test(TERMS, [law()]), contract_test(TERMS, [])]
    found = proposal(TERMS, "team", "city", tests, [])
    assert (found.tests, found.degrees, len(found.signs)) == (("economy", "law"), ("staff", "methods"), 2)
    assert proposal(TERMS, "team", "city", tests, ["staff"]).degrees == ("methods",)
    assert proposal(TERMS, "team", "city", tests, ["staff", "methods"]) is None
    assert proposal(TERMS, "team", None, tests, []) is None  # nobody above to propose it to
    assert proposal(TERMS, "team", "city", [law_test(TERMS, [law(in_time=900)])], []) is None


STATES = st.sampled_from(["immature", "provisional", "undefined", "not_reported", "suppressed"])


@given(st.integers(0, 1000), st.integers(1, 1000), STATES)
def test_nothing_that_is_not_final_is_ever_a_sign(part, of, state):
    part = min(part, of)
    tests = [
        law_test(TERMS, [law(part, of, state)]),
        contract_test(TERMS, [goal(part, of, state=state)]),
        economy_test(TERMS, money(state=state)),
    ]
    assert proposal(TERMS, "team", "city", tests, []) is None
