"""The law's pages, what is due next, and degrees of freedom, over a small city where one team keeps the law."""

import re
from datetime import timedelta

import pytest
from pages.law_world import LAST, build
from web.conftest import signed_in
from web.test_pages import texts

pytestmark = pytest.mark.xdist_group("web law")  # one workspace, changed step by step


MEMORY: dict = {}
PEOPLE = {
    "law_head": ("director", "city"),
    "law_leader": ("team_leader", "team-a"),
    "law_worker": ("caseworker", "team-b"),
    "law_controller": ("controller", "city"),
    "law_politician": ("politician", "city"),
    "law_firm": ("supplier", "firm"),
}


@pytest.fixture(scope="module")
def world(northern_ireland, tmp_path_factory):
    from django.contrib.auth.models import User

    from pejling.agreements.people import add_user, give_role

    for name, (role, unit) in PEOPLE.items():
        if not User.objects.filter(username=name).exists():
            add_user("the tests", name, "a-password-of-the-tests")
            give_role("the tests", name, role, unit)
    return build(tmp_path_factory.mktemp("law"))


@pytest.fixture
def city(world, monkeypatch):
    from django.conf import settings

    from pejling.web import views

    monkeypatch.setattr(settings, "STORE", world)
    monkeypatch.setattr(views, "MEMORY", MEMORY)


def test_a_unit_sees_how_each_rule_was_kept_what_is_at_risk_and_what_is_free(city):
    page = texts(signed_in("law_head").get("/law/unit/team-a?period=2010")).replace("\u00a0", " ")
    assert "Loven holdes ikke" in page and "Samtale hver måned" in page
    assert "Rammen" in page and "1.200.000 kr." in page  # twelve months of the budget
    assert "På dage med en overskredet frist" in page
    assert "Gjaldt ikke i denne periode: Et tilbud" in page
    assert "%(" not in page
    english = texts(signed_in("law_head", "en").get("/law/unit/team-b?period=2010")).replace("\u00a0", " ")
    assert "The law is kept" in english and "The frame is not known for this period" in english


def test_the_law_of_the_day_is_the_one_in_words(city):
    before = texts(signed_in("law_head").get("/law/unit/team-a?period=2010-Q2"))
    after = texts(signed_in("law_head").get("/law/unit/team-a?period=2010-Q3"))
    assert "Mindst 4 kontakter" in before and "mindst 50" in before
    assert "Mindst 2 kontakter" in after and "mindst 75" in after


def test_the_rules_stand_with_dates_sources_and_how_sure_they_are(city):
    page = texts(signed_in("law_politician").get("/law/rules")).replace("\u00a0", " ")
    assert "Fra 01.07.2010" in page and "Til og med 30.06.2010" in page
    assert "a test" in page and "efter hukommelsen: kontrollér" in page
    assert "Uge 1 til 4: staten betaler 80 %." in page and "Fra uge 5: staten betaler 30 %." in page
    assert "30 år og derover" in page


def test_what_is_due_is_the_units_own_and_the_look_is_logged(city):
    from pejling.agreements.models import Look

    before = Look.objects.count()
    page = texts(signed_in("law_worker").get("/law/due/team-b"))
    assert "Samtale hver måned" in page and "C39" not in page  # an odd number is team a's
    look = Look.objects.latest("pk")
    assert (Look.objects.count(), look.who, look.indicator, look.unit) == (
        before + 1,
        "law_worker",
        "law_due",
        "team-b",
    )
    assert signed_in("law_worker").get("/law/due/team-a").status_code in (403, 404)
    assert signed_in("law_politician").get("/law/due/team-a").status_code == 403
    assert signed_in("law_worker").get("/law/due/team-b", headers={"Sec-Purpose": "prefetch"}).status_code == 204
    assert Look.objects.count() == before + 1
    assert signed_in("law_head").get("/law/due/city?page=99").status_code == 404


def test_a_supplier_sees_what_is_due_in_the_courses_it_has_an_activity_in_and_whose_it_is(city):
    """The same courses as on its own page; the steps are the responsible unit's."""
    firm = signed_in("law_firm")
    own, page = firm.get("/cases/firm").content.decode(), firm.get("/law/due/firm").content.decode()
    named = set(re.findall(r"C\d\d", page))
    assert named and named <= set(re.findall(r"C\d\d", own))
    assert "Den enhed, der har forløbet, har ansvaret for fristerne." in page and "/law/course/C" not in page
    assert "I fare pr. uge" not in page  # the municipality's money
    assert "Den enhed, der har forløbet" not in signed_in("law_worker").get("/law/due/team-b").content.decode()


def test_a_course_shows_every_step_how_it_went_and_why_one_was_not_asked_for(city):
    from pejling.agreements.models import Look

    worker, before = signed_in("law_worker", "en"), Look.objects.count()
    page = texts(worker.get("/law/course/C00"))
    # held every 27 days from 1 February 2009 to 18 January 2010, in placement from June to August, ended 20 May 2010
    assert "Course C00" in page and "held in time 12 not held 4 exempt 3" in page
    assert "5 February 2009 An interview a month held in time 1 February 2009" in page
    assert "20 June 2009 An interview a month exempt" in page and "held in time 16 June" not in page
    assert "18 May 2010 An interview a month not held" in page and "18 June 2010" not in page
    look = Look.objects.latest("pk")
    assert (Look.objects.count(), look.indicator, look.unit, look.courses) == (before + 1, "law_course", "team-b", 1)
    assert worker.get("/law/course/C01").status_code == 404  # team a's: not even that it is there
    assert worker.get("/law/course/C99").status_code == 404
    assert signed_in("law_politician").get("/law/course/C00").status_code == 403
    assert worker.get("/law/course/C00", headers={"Sec-Purpose": "prefetch"}).status_code == 204
    assert Look.objects.count() == before + 1
    assert 'href="/law/course/C' in worker.get("/law/due/team-b").content.decode()


def test_a_list_that_is_due_agrees_with_the_relation(world):
    from pejling.facts.store import connect
    from pejling.indicators.due import due
    from pejling.indicators.hierarchy import units
    from pejling.indicators.measurement import facts_measured, measurement, with_relations

    connection = connect(world, read_only=True)
    ground = measurement(connection), units(connection)
    through, found = due(connection, ground, "city")
    first = with_relations(ground[0], LAST, facts_measured(connection, ground[0]), with_law=True)
    rows = connection.execute(
        f"{first} SELECT rule, course_id, min(due_on), max(lacks) FROM statutory_step WHERE held_on IS NULL "
        f"AND met_on IS NULL AND exempt IS NULL AND due_on <= DATE '{LAST + timedelta(days=14)}' "
        f"AND until > DATE '{LAST}' GROUP BY ALL"
    ).fetchall()
    connection.close()
    assert through == LAST
    assert {(each.rule, each.course_id, each.due_on, each.lacks) for each in found} == set(rows)
    assert {each.unit_id for each in found} == {"team-a", "team-b"}
    assert all(each.at_stake == 60_000 for each in found if each.rule == "interview")  # 30 % of 2.000 kr.


def test_courses_open_have_the_steps_of_the_law_whoever_is_responsible_and_each_is_counted(city):
    due = texts(signed_in("law_leader").get("/law/due/team-a"))
    overdue = int(re.search(r"(\d+) er overskredet|(\d+) overskredet", due).group(0).split()[0])
    team = texts(signed_in("law_leader").get("/cases/team-a"))
    assert f"{overdue} frister er overskredet." in team
    assert "Også overskredet: Fire samtaler, " in team
    firm = texts(signed_in("law_firm").get("/cases/firm"))
    assert "Vores forløb" in firm and "Mine forløb" not in firm and "2 åbne forløb." in firm
    assert "Samtale hver måned" in firm and "Ingen frist" not in firm


def test_a_sign_of_failing_is_a_proposal_and_a_person_of_the_unit_above_decides(city):
    from django.utils import timezone

    from pejling.agreements.models import Entry, FreedomDecision

    anna, head = signed_in("law_leader"), signed_in("law_head")
    page = texts(anna.get("/freedom/unit/team-a"))
    assert "Et tegn på svigt" in page and "Et forslag, og ikke mere" in page
    assert "Det afgøres af den, der leder Byen" in page
    assert "Et forslag" not in texts(anna.get("/freedom/unit/team-b"))  # not hers to see
    assert "Et forslag" not in texts(head.get("/freedom/unit/team-b"))  # no sign there
    said = {"degrees": "methods", "reason": "Fristerne holdes ikke", "restores": "Tre gode måneder",
            "until": (timezone.localdate() + timedelta(days=60)).strftime("%d.%m.%Y"), "do": "narrow"}  # fmt: skip
    assert anna.post("/freedom/decide/team-a", said).status_code == 403
    assert (
        signed_in("law_controller").post("/freedom/decide/team-a", said).status_code == 403
    )  # a controller binds nobody
    assert head.post("/freedom/decide/team-b", said).status_code == 409  # nothing is proposed there
    for wrong in ({"reason": ""}, {"until": ""}, {"until": "01.01.2199"}, {"degrees": "staff"}, {"degrees": ""}):
        refused = head.post("/freedom/decide/team-a", said | wrong)
        assert refused.status_code == 422, wrong
        html, (field,) = refused.content.decode(), wrong
        assert html.count("autofocus") == 1 and html.index("autofocus") < html.index('id="degrees"')
        assert f'href="#{"narrow-" if field == "degrees" else field}' in html and f'id="wrong-{field}"' in html
    assert not FreedomDecision.objects.filter(unit="team-a")
    assert head.post("/freedom/decide/team-a", said).status_code == 302
    assert re.search(r"Indskrænket \d\d\.\d\d", texts(head.get("/freedom/unit/team-a")))
    page = texts(anna.get("/freedom/unit/team-a"))
    assert "Indskrænket" in page and "Fristerne holdes ikke" in page and "Et forslag" not in page
    kept = FreedomDecision.objects.get(unit="team-a")
    assert "Samtale hver måned" in kept.content["evidence"][0]
    assert anna.post(f"/freedom/act/{kept.pk}", {"text": "Vi manglede folk"}).status_code == 302
    assert re.search(r"Svaret er gemt \d\d\.\d\d", texts(anna.get("/freedom/unit/team-a")))
    assert head.post(f"/freedom/act/{kept.pk}", {"text": "x"}).status_code == 403  # the answer is the unit's
    assert anna.post(f"/freedom/act/{kept.pk}", {"do": "lift", "reason": "x"}).status_code == 403
    assert head.post(f"/freedom/act/{kept.pk}", {"do": "lift", "reason": ""}).status_code == 409
    assert head.post(f"/freedom/act/{kept.pk}", {"do": "lift", "reason": "De er på vej"}).status_code == 302
    assert re.search(r"Givet tilbage \d\d\.\d\d", texts(head.get("/freedom/unit/team-a")))
    page = texts(anna.get("/freedom/unit/team-a"))
    assert "Vi manglede folk" in page and "De er på vej" in page and "givet tilbage" in page
    assert head.post(f"/freedom/act/{kept.pk}", {"do": "lift", "reason": "x"}).status_code == 409
    whats = list(Entry.objects.filter(of=f"freedom {kept.pk}").order_by("number").values_list("what", flat=True))
    assert whats == ["freedom narrowed", "freedom answered", "freedom given back"]
    assert head.post("/freedom/decide/team-a", said | {"do": "leave"}).status_code == 302
    assert "Ladt fri" in texts(anna.get("/freedom/unit/team-a"))
    kept.unit = "team-b"
    with pytest.raises(TypeError, match="never changes"):
        kept.save()


def test_the_command_says_the_same_as_the_page(world, monkeypatch, capsys):
    import json

    from typer.testing import CliRunner

    from pejling.cli import app
    from pejling.facts.mistakes import Mistake

    run = CliRunner().invoke
    done = run(app, ["--home", str(world.home), "law", "timely", "team-a", "--period", "2010", "--format", "json"])
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    assert {row["rule"] for row in rows} == {"interview", "four"}
    assert all(row["due"] == row["in_time"] + row["late"] + row["not_held"] for row in rows)
    done = run(app, ["--home", str(world.home), "law", "timely", "team-a", "--period", "2031-06"])
    assert isinstance(done.exception, Mistake)
    assert "the records do not cover 2031-06. The records go from" in str(done.exception)
    done = run(app, ["--home", str(world.home), "law", "due", "team-b", "--format", "json"])
    assert {row["unit"] for row in json.loads(done.stdout)} == {"team-b"}
    done = run(app, ["--home", str(world.home), "law", "rules", "--format", "json"])
    assert {row["key"] for row in json.loads(done.stdout)} == {"interview", "four", "offer", "paid"}


def test_a_place_whose_model_has_no_rules_says_so_in_words(northern_ireland):
    """Not in empty tables, nor as a period without rules."""
    from web.conftest import signed_in

    reader = signed_in(language="en")
    for address in ("/law", "/law/unit/Belfast", "/law/rules", "/law/due/Belfast"):
        said = texts(reader.get(address))
        assert "The model has no rules of the law" in said and "The guide says how" in said, address
        assert "in force in this period" not in said and "Quarter" not in said
    assert "So nothing is proposed here" in texts(reader.get("/freedom/unit/Belfast"))


def test_a_command_asked_for_law_or_money_that_is_not_there_says_what_to_write(northern_ireland):
    from django.conf import settings
    from typer.testing import CliRunner

    from pejling.cli import app
    from pejling.facts.mistakes import Mistake

    home = ["--home", str(settings.STORE.home)]
    for asked in (["law", "due", "Belfast"], ["law", "timely", "Belfast"], ["law", "rules"]):
        done = CliRunner().invoke(app, [*home, *asked])
        assert isinstance(done.exception, Mistake) and "Take one in, or write one" in str(done.exception), asked
    done = CliRunner().invoke(app, [*home, "funding", "show", "1998"])
    assert isinstance(done.exception, Mistake) and "Write funding.yaml" in str(done.exception)
