"""What each kind of object in the audit log is now, as a digest: for the log to be held against."""

from collections.abc import Callable, Mapping

from pejling.agreements.audit import digest
from pejling.agreements.contracts import state_of
from pejling.agreements.freedom import state_of as freedom_state
from pejling.agreements.implementation import state_of as agreement_state
from pejling.agreements.meetings import state_of as meeting_state
from pejling.agreements.models import (
    Agreement,
    FreedomDecision,
    OverallGoal,
    Release,
    ResultStatus,
    TeamMeeting,
    Version,
)
from pejling.agreements.people import user_state
from pejling.agreements.regulations import state_of as regulation_state
from pejling.agreements.releases import state_of as release_state
from pejling.agreements.statuses import state_of as status_state
from pejling.agreements.tokens import token_state


def _contract(name: str) -> str:
    contract, _, number = name.partition(".")
    version = Version.objects.filter(contract_id=contract, number=number).first()
    return state_of(version) if version else ""


def _overall(name: str) -> str:
    goal = OverallGoal.objects.filter(pk=name).first()
    return digest(goal.content) if goal else ""


def _agreement(name: str) -> str:
    kept = Agreement.objects.filter(pk=name).first()
    return agreement_state(kept) if kept else ""


def _status(name: str) -> str:
    kept = ResultStatus.objects.filter(pk=name).first()
    return status_state(kept) if kept else ""


def _freedom(name: str) -> str:
    kept = FreedomDecision.objects.filter(pk=name).first()
    return freedom_state(kept) if kept else ""


def _release(number: str) -> str:
    kept = Release.objects.filter(pk=number).first()
    return release_state(kept) if kept else ""


def _meeting(name: str) -> str:
    kept = TeamMeeting.objects.filter(pk=name).first()
    return meeting_state(kept) if kept else ""


NOW: Mapping[str, Callable[[str], str]] = {
    "user": user_state,
    "contract": _contract,
    "overall": _overall,
    "agreement": _agreement,
    "meeting": _meeting,
    "status": _status,
    "freedom": _freedom,
    "regulation": regulation_state,
    "release": _release,
    "token": token_state,
}
