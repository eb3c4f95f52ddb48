"""Every address, by every method, as every role: who is let in, and that nobody else reads or changes anything."""

import pytest
from web.conftest import signed_in
from web.test_agreements import SAID
from web.test_contracts import begun, proposed, set_overall, sign

pytestmark = pytest.mark.xdist_group("released")
YEAR = 2101  # no other test has contracts then
MONTH = "1995-03"  # nor statuses
INSIDE = {"director", "controller", "belfast"}
FIGURES = {"director", "controller", "belfast", "caseworker"}
ALL = FIGURES | {
    "politician",
    "western",
    "team",
    "firm",
    "ministry",
    "envoy",
}  # the last five have to do with other units
NOBODY = ""

# name -> (address, who may GET it, who may POST it); {draft} and the like are filled in below
EXPECTED = {
    "start": ("/", ALL, set()),
    "overview": ("/overview", ALL, set()),
    "attention": ("/attention/Belfast", FIGURES, set()),
    "team": ("/team/Belfast", FIGURES, set()),
    "meeting": (f"/meetings/Belfast/{MONTH}", FIGURES, set()),
    "meeting_save": (f"/meetings/Belfast/{MONTH}/save", set(), {"belfast"}),
    "meeting_done": (f"/meetings/Belfast/{MONTH}/done", set(), {"belfast"}),
    "effects": ("/effects/NI", {"politician"}, set()),
    "municipalities": ("/municipalities/NI", {"politician"}, set()),
    "unit": ("/units/Belfast", FIGURES | {"politician"}, set()),
    "own_indicator": ("/indicators/fast_exit", ALL - {"envoy"}, set()),
    "indicator": ("/indicators/fast_exit/Belfast", FIGURES | {"politician"}, set()),
    "economy": ("/economy/Belfast", FIGURES, set()),
    "forecast": ("/forecast/intake/Belfast", FIGURES, set()),
    "funding_home": ("/funding", {"director", "controller", "belfast", "western"}, set()),
    "funding": ("/funding/1998", set(), set()),  # the example pays for nothing: see test_funding
    "funding_unit": ("/funding/1998/units/Belfast", set(), set()),
    "funding_scenario": ("/funding/1998/what-if", set(), set()),
    "funding_incentives": ("/funding/1998/incentives", set(), set()),
    "funding_regulate": ("/funding/1998/regulate", set(), set()),
    "courses": ("/courses/fast_exit/Belfast?period=1995", FIGURES, set()),
    "cases": ("/cases/Belfast", FIGURES, set()),
    "deliveries": ("/deliveries", {"director", "controller", "belfast", "western"}, set()),
    "model": ("/model", ALL, set()),
    "model_check": ("/model/check", {"director", "controller"}, set()),
    "data": ("/data", FIGURES | {"western", "team", "firm"}, set()),
    "documentation": ("/documentation", FIGURES | {"western", "team", "firm"}, set()),
    "live": ("/live", ALL, set()),
    "api": ("/api/", ALL | {NOBODY}, set()),
    "open": ("/open", ALL | {NOBODY}, set()),
    "open_unit": ("/open/units/Belfast", ALL | {NOBODY}, set()),
    "open_indicator": ("/open/indicators/fast_exit/Belfast", ALL | {NOBODY}, set()),
    "open_file": ("/open/1/figures.csv", ALL | {NOBODY}, set()),
    "tokens": ("/tokens", FIGURES | {"western", "team", "firm"}, FIGURES | {"western", "team", "firm"}),
    "token_revoke": ("/tokens/revoke", set(), FIGURES | {"western", "team", "firm"}),
    "accessibility": ("/accessibility", ALL | {NOBODY}, set()),
    "language": ("/language", set(), ALL | {NOBODY}),
    "sign_in": ("/sign-in", ALL | {NOBODY}, ALL | {NOBODY}),
    "sign_out": ("/sign-out", set(), ALL),
    "law_home": ("/law", FIGURES | {"western", "team", "firm"}, set()),
    "law_rules": ("/law/rules", ALL, set()),
    "law_due": ("/law/due/Belfast", FIGURES, set()),
    "law_course": ("/law/course/17-1993-07", FIGURES, set()),
    "law": ("/law/unit/Belfast", FIGURES, set()),
    "freedom": ("/freedom/unit/Belfast", FIGURES, set()),
    "freedom_decide": ("/freedom/decide/Belfast", set(), {"director"}),
    "freedom_act": ("/freedom/act/{decision}", set(), {"belfast"}),
    "status_home": ("/status", FIGURES | {"western", "team", "firm"}, set()),
    "status": (f"/status/Belfast/{MONTH}", FIGURES, set()),
    "status_file": (f"/status/Belfast/{MONTH}/json", FIGURES, set()),
    "status_write": (f"/status/Belfast/{MONTH}/write", set(), {"belfast"}),
    "status_act": (f"/status/Belfast/{MONTH}/act", set(), INSIDE),
    "contracts": (f"/contracts?year={YEAR}", ALL, set()),
    "contract_begin": (f"/contracts/new?upper=NI&unit=Belfast&year={YEAR}", set(), INSIDE),
    "contract": ("/contracts/{draft}", INSIDE, set()),
    "contract_edit": ("/contracts/{draft}/edit", INSIDE, INSIDE),
    "contract_adds_up": ("/contracts/{draft}/adds-up", set(), INSIDE),
    "contract_propose": ("/contracts/{draft}/propose", set(), INSIDE),
    "contract_comment": ("/contracts/{proposed}/comment", set(), INSIDE),
    "contract_sign": ("/contracts/{proposed}/sign", {"director", "belfast"}, {"director", "belfast"}),
    "contract_withdraw": ("/contracts/{proposed}/withdraw", set(), {"director", "belfast"}),
    "contract_amend": ("/contracts/{signed}/amend", set(), INSIDE),
    "contract_close": ("/contracts/{signed}/close", set(), {"director", "controller", "belfast"}),
    "contract_drop": ("/contracts/{draft}/drop", set(), INSIDE),
    "contract_pdf": ("/contracts/{draft}/pdf", INSIDE, set()),
    "contracts_xlsx": (f"/contracts/xlsx?year={YEAR}", ALL, set()),
    "overall": (f"/overall/{YEAR}/NI", {"director", "controller"}, {"director", "controller"}),
    "agreements": ("/agreements", ALL, set()),
    "agreement_begin": ("/agreements/new", ALL - {"caseworker", "politician", "ministry"}, {"director", "controller"}),
    "agreement": ("/agreements/{agreement}", FIGURES | {"politician"}, set()),
    "agreement_edit": ("/agreements/{agreement}/edit", INSIDE, INSIDE),
    "agreement_pdf": ("/agreements/{agreement}/pdf", FIGURES | {"politician"}, set()),
    "agreement_act": ("/agreements/{agreement}/act", set(), INSIDE),
}
KEPT_OUT = {302, 403, 404, 405}
STAND_ON_A_RELEASE = {"effects", "municipalities"}
ONWARD = (
    "/contracts", "/status/", "/attention/", "/team/", "/cases/", "/effects/", "/municipalities/", "/overview",
    "/api/v1/",
)  # fmt: skip
NOT_EMPTY = {"contract_drop", "agreement_begin"}  # one would end the draft, the other says first for whom


@pytest.fixture(scope="module")
def things(released):
    """A draft, a proposed and a signed contract between the whole and Belfast, and an agreement of theirs."""
    from django.contrib.auth.models import User

    from pejling.agreements import people

    for name, role in (("team", "team_leader"), ("firm", "supplier"), ("ministry", "state"), ("envoy", "party")):
        if not User.objects.filter(username=name).exists():
            people.add_user("the tests", name, "a-password-of-the-tests")
            people.give_role("the tests", name, role, "Southern")
    director, belfast = signed_in("director"), signed_in("belfast")
    for year in (YEAR, YEAR + 2, YEAR + 4):
        set_overall(director, year)
    made = {"draft": begun(director, YEAR), "proposed": proposed(director, YEAR + 2)}
    made["signed"] = proposed(director, YEAR + 4)
    sign(director, made["signed"])
    sign(belfast, made["signed"])
    said = {name: "" if name.startswith(("actors-1", "milestones-1")) else text for name, text in SAID.items()}
    made["decision"] = narrowed().pk
    made["agreement"] = int(director.post("/agreements/new", said).headers["Location"].rsplit("/", 1)[1])
    return made


def narrowed():
    """A decision of the unit above's, that the unit may answer."""
    from datetime import timedelta

    from django.utils import timezone

    from pejling.agreements.freedom import decide
    from pejling.agreements.rights import Held, Reader
    from pejling.steering.freedom import Narrowing

    today = timezone.localdate()
    said = Narrowing(
        unit="Belfast", unit_name="Belfast", upper="NI", upper_name="NI", tests=("law",), degrees=("methods",),
        evidence=("x",), reason="x", from_on=today, until=today + timedelta(days=9), restores="x", snapshot=1,
    )  # fmt: skip
    return decide(Reader("director", (Held("director", "NI"),)), said)


def state():
    from pejling.agreements.contracts import state_of
    from pejling.agreements.implementation import state_of as agreement_state
    from pejling.agreements.models import Agreement, Contract, Entry, OverallGoal, ResultStatus, Version
    from pejling.agreements.people import users

    return (
        [state_of(version) for version in Version.objects.all()],
        [agreement_state(each) for each in Agreement.objects.all()],
        list(OverallGoal.objects.values_list("content", "revision")),
        [held for _, held in users()],
        Contract.objects.count(),
        list(ResultStatus.objects.values_list("unit", "month", "state", "revision")),
        Entry.objects.count(),
    )


def test_every_address_is_walked(northern_ireland):
    from django.urls import URLPattern

    from pejling.config.urls import urlpatterns

    named = {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)}
    assert named == set(EXPECTED)  # the calls of the API are walked in test_api


@pytest.mark.parametrize("who", sorted(ALL | {NOBODY}), ids=lambda who: who or "nobody")
def test_who_may_not_is_kept_out_and_changes_nothing(things, who):
    from django.urls import resolve

    client, before = signed_in(who), state()
    for name, (address, getters, posters) in EXPECTED.items():
        address = address.format(**things)
        path, _, query = address.partition("?")
        said = dict(part.split("=") for part in query.split("&")) if query else {}
        sent = {**said, "text": "x", "reason": "x", "closing": "x", "do": "note", "version": "", **SAID}
        if who not in getters:
            answer = client.get(address)
            none_yet = {503} if name in STAND_ON_A_RELEASE else set()
            if answer.status_code == 303:  # to the page of its form, which is walked here itself
                assert not getters and resolve(answer.headers["Location"]).url_name in EXPECTED, (name, "GET")
                continue
            assert answer.status_code in KEPT_OUT | none_yet, (name, "GET", answer.status_code)
            assert answer.status_code != 302 or "/sign-in" in answer.headers["Location"], (name, "GET")
        if who not in posters and name != "sign_out":
            answer = client.post(path, sent)
            assert answer.status_code in KEPT_OUT, (name, "POST", answer.status_code)
            assert answer.status_code != 302 or "/sign-in" in answer.headers["Location"], (name, "POST")
    assert state() == before


@pytest.mark.parametrize(
    "who",
    [pytest.param(who, marks=pytest.mark.slow if who in INSIDE | {"caseworker"} else ())
     for who in sorted(ALL | {NOBODY})],
    ids=lambda who: who or "nobody",
)  # fmt: skip
def test_who_may_is_let_in(things, who):
    client = signed_in(who)
    for name, (address, getters, _) in EXPECTED.items():
        if who in getters:
            answer = client.get(address.format(**things))
            moved = answer.status_code == 302 and answer.headers["Location"].startswith(ONWARD)
            waits = name in STAND_ON_A_RELEASE and answer.status_code == 503  # where nothing is released
            assert answer.status_code == 200 or moved or waits, (name, answer.status_code)


@pytest.mark.parametrize("who", sorted(INSIDE))
def test_who_may_post_is_not_refused(things, who):
    """It may fail for how things stand, never for who asks."""
    client = signed_in(who)
    for name, (address, _, posters) in EXPECTED.items():
        if who in posters and name.startswith(("contract_", "agreement_")) and name not in NOT_EMPTY:
            assert client.post(address.format(**things).partition("?")[0], {}).status_code not in {403, 500}, name
