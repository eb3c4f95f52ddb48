"""The API, version 1: figures for programs, by the same rules as the pages. It reads, and writes nothing.

What is released anybody may read. Live figures need a token, and are those that its user may see on the pages. Courses
and persons are not here at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe
from ninja import Field, NinjaAPI, Path, Query, Schema
from ninja.errors import ValidationError
from ninja.security import HttpBearer
from ninja.throttling import AnonRateThrottle, SimpleRateThrottle

from pejling.agreements.people import reader
from pejling.agreements.rights import Refused
from pejling.agreements.tokens import user_of
from pejling.config.faults import record
from pejling.pages.ground import Ground
from pejling.pages.open_data import OpenIndicator, open_indicators, releases_listed, rows
from pejling.pages.readiness import NotReady
from pejling.pages.released import Released, released
from pejling.pages.unknown import Unknown
from pejling.web.views import ground_for, memory

AT_MOST = 20_000  # rows of an answer
LONGEST = 200  # units, or periods, in a question
UNSIGNED, SIGNED = "60/m", "300/m"  # calls that an address, and a user, may make


class TooMuch(Exception):  # noqa: N818 - an answer, not a fault
    """More was asked for than is answered at once: what to do instead."""


class Bearer(HttpBearer):
    """A token in the header: Authorization: Bearer pejling_…"""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return user_of(token)


class OfUser(SimpleRateThrottle):
    """So many calls of a user, whichever of their tokens they use."""

    scope = "user"

    def get_cache_key(self, request: HttpRequest) -> str | None:
        user = getattr(request, "auth", None)
        return self.cache_format % {"scope": self.scope, "ident": user.pk} if user else None


class FigureRow(Schema):
    """A figure. Which fields are empty when, the state says; a missing number is never 0."""

    indicator: str
    unit: str
    period: str
    group_by: str
    group: str
    numerator: float | None
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    persons: int | None
    state: Literal["suppressed", "not_reported", "immature", "undefined", "provisional", "final"]
    matures_on: date | None
    estimate: float | None
    estimate_low: float | None
    estimate_high: float | None
    snapshot: int


class UnitRow(Schema):
    unit: str
    name: str
    kind: str
    part_of: str | None


class IndicatorRow(Schema):
    """`measured`: how, in sentences; `by`: what it is broken down by."""

    indicator: str
    name: str
    why: str
    unit: str
    measured: list[str]
    by: list[str]


class ReleaseRow(Schema):
    release: int
    month: str
    made_at: datetime


class Address(Schema):
    """What there is to ask for. `token`: whether it needs one."""

    address: str
    what: str
    token: bool


class Said(Schema):
    """What was wrong, and what to do."""

    detail: str


class Asked(Schema):
    """`unit` and `period` may be repeated; all that may be read, where none is named, and every year."""

    indicator: str
    unit: list[str] = Field(default_factory=list)
    period: list[str] = Field(default_factory=list)
    by: str = ""


Number = Annotated[int, Path(ge=1, le=1_000_000)]
Question = Annotated[Asked, Query()]
REFUSED: dict[int, Any] = {404: Said, 422: Said, 429: Said, 503: Said}
LIVE: dict[int, Any] = {401: Said, 403: Said, **REFUSED}

api = NinjaAPI(
    title="Pejling", version="1", docs_url=None, urls_namespace="api-1", throttle=[AnonRateThrottle(UNSIGNED)],
    description="Figures of results-based management. Those that are released are open; live ones need a token.",
)  # fmt: skip
signed: dict[str, Any] = {"auth": Bearer(), "throttle": [OfUser(SIGNED)], "tags": ["live"]}


@api.get("/", response={200: list[Address], 429: Said}, include_in_schema=False)
def addresses_here(request: HttpRequest) -> Any:
    """What there is to ask for, and where it is described."""
    described = api.get_openapi_schema()["paths"].items()
    here = Address(
        address=f"{request.path}openapi.json", what="The description of all this, in OpenAPI 3.1.", token=False
    )
    return [here] + [
        Address(address=address, what=said["get"]["description"], token="security" in said["get"])
        for address, said in described
    ]  # fmt: skip


@api.get("/releases", response={200: list[ReleaseRow], 429: Said}, tags=["released"])
def releases(request: HttpRequest) -> Any:
    """Every release, the newest first."""
    return [ReleaseRow(release=number, month=month, made_at=made_at) for number, month, made_at in releases_listed()]


@api.get("/releases/{number}/units", response={200: list[UnitRow], **REFUSED}, tags=["released"])
def released_units(request: HttpRequest, number: Number) -> Any:
    """The units of a release, each after the one it is part of."""
    return _units(released(memory(), number=number))


@api.get("/releases/{number}/indicators", response={200: list[IndicatorRow], **REFUSED}, tags=["released"])
def released_indicators(request: HttpRequest, number: Number) -> Any:
    """The indicators of a release."""
    return _indicators(released(memory(), number=number))


@api.get("/releases/{number}/figures", response={200: list[FigureRow], **REFUSED}, tags=["released"])
def released_figures(request: HttpRequest, number: Number, asked: Question) -> Any:
    """An indicator's figures as they were released. Those that could tell who somebody is are suppressed."""
    _all_known(request)
    return _figures(released(memory(), number=number), asked)


@api.get("/units", response={200: list[UnitRow], **LIVE}, **signed)
def units(request: HttpRequest) -> Any:
    """The units whose live figures the token's user may see."""
    with _live(request) as now:
        return _units(now)


@api.get("/indicators", response={200: list[IndicatorRow], **LIVE}, **signed)
def indicators(request: HttpRequest) -> Any:
    """The indicators that are measured."""
    with _live(request) as now:
        return _indicators(now)


@api.get("/figures", response={200: list[FigureRow], **LIVE}, **signed)
def figures(request: HttpRequest, asked: Question) -> Any:
    """An indicator's live figures, of units that the token's user may see."""
    _all_known(request)
    with _live(request) as now:
        return _figures(now, asked)


@contextmanager
def _live(request: HttpRequest) -> Iterator[Ground]:
    """Raises Refused where the token's user may not see live figures."""
    who = reader(request.auth)  # type: ignore[attr-defined]  # nobody comes here without a token
    if not who.at("figures"):
        raise Refused("figures")
    with ground_for(who) as now:
        yield now


def _units(now: Ground) -> list[UnitRow]:
    return [
        UnitRow(
            unit=each.unit_id, name=each.name, kind=each.kind,
            part_of=each.parent_id if each.parent_id in now.units else None,
        )
        for each in now.units.values()
    ]  # fmt: skip


def _indicators(now: Ground) -> list[IndicatorRow]:
    def row(each: OpenIndicator) -> IndicatorRow:
        return IndicatorRow(
            indicator=each.key, name=each.name, why=each.why, unit=each.unit, measured=list(each.measured),
            by=[column for column, _ in each.groups],
        )  # fmt: skip

    return [row(each) for each in open_indicators(now)]


def _all_known(request: HttpRequest) -> None:
    """Raises Unknown for a parameter that is not known: a misspelt `unit` would be answered with all of them."""
    for name in request.GET:
        if name not in Asked.model_fields:
            raise Unknown("parameter", name, sorted(Asked.model_fields))


def _figures(now: Ground, asked: Asked) -> list[dict[str, Any]]:
    """Raises Unknown for an indicator, unit, period or group that is not there; TooMuch."""
    indicator = now.indicator(asked.indicator)
    if asked.by and asked.by not in indicator.by:
        raise Unknown("group", asked.by, indicator.by)
    units, periods = asked.unit or list(now.units), asked.period or now.periods("year")
    if len(asked.unit) > LONGEST or len(periods) > LONGEST:
        raise TooMuch(f"More than {LONGEST} units or periods: ask several times")
    for period in periods:
        if not now.has_period(period):
            raise Unknown("period", period, now.periods("month"))
    if len(units) * len(periods) > AT_MOST:
        raise TooMuch(f"More than {AT_MOST} figures: name some units, or fewer periods")
    for unit in units:
        now.unit(unit)
    persons = not isinstance(now, Released)  # who may see the courses may know how many they are of
    return list(rows(now.told(indicator.key, units, periods, asked.by, with_persons=persons)))


@api.exception_handler(Unknown)
def _unknown(request: HttpRequest, unknown: Unknown) -> HttpResponse:
    if unknown.what == "parameter":  # what was sent is repeated only where it is nearly one of ours: it may be anything
        found = f"there is no {unknown.asked!r}" if unknown.near else "a parameter is not known here"
        cure = f"Did you mean {unknown.near[0]}?" if unknown.near else f"Known are: {', '.join(unknown.known)}."
        return _said(request, 422, f"the question: {found}. {cure}")
    near = f" Did you mean {', '.join(unknown.near)}?" if unknown.near else ""
    reach = f" They go from {unknown.reach[0]} to {unknown.reach[1]}." if unknown.reach else ""
    return _said(request, 404, f"There is no such {unknown.what.replace('_', ' ')}.{near}{reach}")


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    return _said(request, 403, "This token's user may not see live figures. What is released is open: /api/v1/releases")


@api.exception_handler(NotReady)
def _not_ready(request: HttpRequest, not_ready: NotReady) -> HttpResponse:
    return _said(request, 503, f"There is nothing yet: {not_ready.missing}")


@api.exception_handler(ValidationError)
def _wrong(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
    return _said(request, 422, _where_and_cure(wrong.errors[0]))


def _where_and_cure(error: dict[str, Any]) -> str:
    """In our words: where, what was found and what to do. What was sent is not repeated: it may be anything."""
    match error["loc"][-1], error["type"]:
        case "indicator", "missing":
            return "indicator: none was named. Name one by its key; …/indicators lists them."
        case "number", _:
            return "release: it is no number that a release can have. /api/v1/releases lists them."
        case name, _:
            return f"{name}: it cannot be read. Send it as …?{name}=…, in letters and digits."


@api.exception_handler(TooMuch)
def _too_much(request: HttpRequest, too_much: TooMuch) -> HttpResponse:
    return _said(request, 422, str(too_much))


@api.exception_handler(Exception)
def _fault(request: HttpRequest, fault: Exception) -> HttpResponse:
    return _said(request, 500, f"This is a fault of ours. Reference {record(fault)}")


def _said(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    return api.create_response(request, {"detail": detail}, status=status)


@login_not_required
@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    """Whoever asks for the API without its version, as people do, comes to the newest."""
    return redirect("/api/v1/")


def addresses() -> Any:
    """For the list of addresses: its calls do not go by the sign-in of the pages."""
    patterns, app, namespace = api.urls
    for each in patterns:
        login_not_required(each.callback)  # type: ignore[type-var]
    return patterns, app, namespace
