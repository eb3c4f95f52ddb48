"""The law is read from files, taken in by key, and refused with its cure where it is bad."""

from datetime import date
from pathlib import Path

import pytest
from indicators.laws import law
from meaning.law import is_open

from pejling.facts.mistakes import Mistake
from pejling.indicators.law import Calendar
from pejling.indicators.law_check import law_findings
from pejling.indicators.law_files import shipped_law
from pejling.indicators.model import Model, differences, fingerprint, read_model
from pejling.indicators.working_days import closed_days

OWN = """
key: own
kind: contact_every
name: {da: x, en: x}
why: {da: x, en: x}
contact_kinds: [interview]
versions:
  - {until: 2009-07-01, every: 3 months, source: x}
  - {from: 2009-07-01, every: 4 weeks, source: x}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "law").mkdir()
    (tmp_path / "model.yaml").write_text("title: {da: x, en: x}\ntarget_groups: {cash: {da: x, en: x}}\n")
    return tmp_path


def write(folder: Path, text: str, name: str = "own") -> Model:
    (folder / "law" / f"{name}.yaml").write_text(text)
    return read_model(folder)


def test_all_that_ships_has_sources_and_says_how_sure_it_is() -> None:
    rules, paid = shipped_law()
    assert len(rules) >= 8 and len(paid) == 1
    for each in (*rules, *paid):
        assert all(version.source and version.certainty for version in each.versions)
        assert any("kontrol" not in version.source for version in each.versions)
    ladder = paid[0].versions[-1].ladder
    assert [(step.through_week, float(step.rate)) for step in ladder] == [(4, 0.8), (26, 0.4), (52, 0.3), (None, 0.2)]


def test_a_rule_that_ships_is_taken_in_by_key_and_overridden_by_a_file_of_that_key(folder: Path) -> None:
    (folder / "model.yaml").write_text("title: {da: x, en: x}\ntake_in: [sickness_follow_up]\n")
    shipped = {rule.key: rule for rule in shipped_law()[0]}
    assert read_model(folder).law == (shipped["sickness_follow_up"],)
    model = write(folder, "key: cash_benefit_interview\napplies_to: {target_group: [cash]}\nowner: me\n")
    ours = model.rule("cash_benefit_interview")
    assert (ours.applies_to.target_group, ours.owner) == (("cash",), "me")
    assert ours.versions == shipped["cash_benefit_interview"].versions
    model = write(folder, "key: sickness_follow_up\ncontact_kinds: [talk]\n", "sick")
    assert [rule.key for rule in model.law] == ["cash_benefit_interview", "sickness_follow_up"]


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("from: 2009-07-01", "from: 2009-06-01", "two versions hold on 2009-06-01. Write the oldest first"),
        ("{from: 2009-07-01, every: 4 weeks", "{every: 4 weeks", "two versions hold on"),
        ("every: 3 months", "every: 3 fortnights", "working days|days, weeks or months"),
        ("every: 3 months", "every: 999 working days", "from 1 to 250 working days"),
        ("until: 2009-07-01, every", "from: 2010-01-01, until: 2009-07-01, every", "is the first day not included"),
        ("kind: contact_every", "kind: contact_evry", "Did you mean contact_every"),
        ("contact_kinds", "contact_kind", "Did you mean contact_kinds"),
        (", source: x}\n  - {from", "}\n  - {from", "source is missing"),
        ("contact_kinds:", "applies_to: {exit_to: [job]}\ncontact_kinds:", "take applies_to.exit_to out"),
        ("every: 3 months, source", "every: 3 months, exemptions: [{key: a, reason: {da: x, en: x}}], source",
         "say by which `activity_kinds` or `states`"),
        ("key: own", "key: statutory_frame", "is taken"),
    ],
)  # fmt: skip
def test_a_bad_rule_is_refused_where_it_stands_with_its_cure(folder: Path, old: str, new: str, said: str) -> None:
    assert old in OWN
    with pytest.raises(Mistake, match=said) as refused:
        write(folder, OWN.replace(old, new))
    assert str(refused.value).startswith("law/own.yaml")


def test_a_ladder_is_written_from_the_first_week_on(folder: Path) -> None:
    text = OWN.replace("contact_every", "reimbursement").replace("contact_kinds: [interview]\n", "")
    text = text[: text.index("versions:")] + "versions:\n  - {source: x, weekly: 100, ladder: [LADDER]}\n"
    for bad in (
        "{through_week: 4, rate: 0.8}",
        "{rate: 0.8}, {rate: 0.2}",
        "{through_week: 9, rate: 1}, {through_week: 4, rate: 1}, {rate: 0}",
    ):
        with pytest.raises(Mistake, match="Write the ladder from the first week on"):
            write(folder, text.replace("LADDER", bad))
    assert write(folder, text.replace("LADDER", "{through_week: 4, rate: 0.8}, {rate: 0.2}")).reimbursements


def test_law_that_ships_is_suggested_where_its_key_is_misspelt(folder: Path) -> None:
    (folder / "model.yaml").write_text("title: {da: x, en: x}\ntake_in: [sickness_folow_up]\n")
    with pytest.raises(Mistake, match="Did you mean sickness_follow_up") as refused:
        read_model(folder)
    assert "take_in" in str(refused.value)


def test_unknown_groups_and_rules_that_ask_the_same_are_errors(folder: Path) -> None:
    write(folder, OWN.replace("contact_kinds", "applies_to: {target_group: [cahs]}\ncontact_kinds"))
    same = OWN.replace("key: own", "key: same")
    model = write(folder, same, "same")
    found = {finding.rule: finding for finding in law_findings(model)}
    assert found["unknown_target_group"].severity == "error" and found["unknown_target_group"].said["near"] == "cash"
    assert found["law_overlaps"].said == {"law": "same", "day": date.min.isoformat()}
    apart = same.replace("contact_kinds", "applies_to: {age: {below: 30}}\ncontact_kinds")
    write(folder, OWN.replace("contact_kinds", "applies_to: {age: {from: 30}}\ncontact_kinds"))
    assert "law_overlaps" not in {finding.rule for finding in law_findings(write(folder, apart, "same"))}
    later = same.replace("until: 2009-07-01, every: 3 months", "until: 2009-01-01, every: 3 months")
    write(folder, OWN.replace("  - {from: 2009-07-01, every: 4 weeks, source: x}\n", ""))
    later = later.replace("  - {until: 2009-01-01, every: 3 months, source: x}\n", "")
    assert "law_overlaps" not in {finding.rule for finding in law_findings(write(folder, later, "same"))}


def test_what_decides_the_steps_decides_the_fingerprint_and_nothing_else() -> None:
    said = {"key": "r", "kind": "first_contact", "contact_kinds": ["talk"], "versions": [{"within": "1 week"}]}

    def of(rule: dict, **more: object) -> str:
        model = Model.model_validate({"title": {"da": "x", "en": "x"}, **law([rule]), **more})
        return fingerprint(model, model.indicator("r"))

    first = of(said)
    assert of({**said, "owner": "someone"}) == first
    assert of({**said, "versions": [{"within": "1 week", "certainty": "read", "source": "§ 1"}]}) == first
    assert of({**said, "versions": [{"within": "2 weeks"}]}) != first
    assert of(said, calendar={"closed": ["12-24"]}) == first  # no working day decides it
    days = {**said, "versions": [{"within": "5 working days"}]}
    assert of(days) != of(days, calendar={"closed": ["12-24"]})


def test_what_is_new_in_the_law_is_told_apart() -> None:
    one = {"key": "r", "kind": "first_contact", "contact_kinds": ["talk"], "versions": [{"within": "1 week"}]}
    other = {**one, "versions": [{"within": "2 weeks"}]}
    before, after = (Model.model_validate({"title": {"da": "x", "en": "x"}, **law([each])}) for each in (one, other))
    (found,) = differences(before, after)
    assert (found.path, found.before, found.after) == (("law", "r", "versions", "", "within"), "1 week", "2 weeks")


def test_the_library_knows_the_holidays_that_follow_from_easter() -> None:
    closed = set(closed_days(Calendar(), 1990, 2049))
    day = date(1990, 1, 1)
    for number in range((date(2049, 12, 31) - day).days + 1):
        each = date.fromordinal(day.toordinal() + number)
        assert (each.weekday() < 5 and each not in closed) == is_open(each), each
