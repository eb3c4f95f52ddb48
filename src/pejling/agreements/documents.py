"""The documents that people write, for those who may not read the rules on them."""

from pydantic import ValidationError

from pejling.indicators.definition import Indicator
from pejling.indicators.funding import Split
from pejling.steering.contracts import Contract, Goal, Later, Other, OverallGoal, Payment, impossible
from pejling.steering.funding.scenarios import Beyond as FundingBeyond
from pejling.steering.funding.scenarios import Change as FundingChange
from pejling.steering.funding.scenarios import Impossible as FundingImpossible
from pejling.steering.implementation import CAME, Actor, Milestone
from pejling.steering.implementation import MOST as MOST_SIGNS
from pejling.steering.implementation import Agreement as ImplementationAgreement
from pejling.steering.meeting import MOST as MOST_ACTIONS
from pejling.steering.meeting import Action, Meeting
from pejling.steering.possible import FROM_NOTHING, Range, possible
from pejling.steering.stands import CHOICES, Adjustment, Lack, Stand, Written

__all__ = [
    "CAME", "CHOICES", "FROM_NOTHING", "MOST_ACTIONS", "MOST_SIGNS", "Action", "Actor", "Adjustment", "Contract",
    "FundingBeyond", "FundingChange", "FundingImpossible", "Goal", "ImplementationAgreement", "Indicator", "Lack",
    "Later", "Meeting", "Milestone", "Other", "OverallGoal", "Payment", "Range", "Split", "Stand", "ValidationError",
    "Written", "impossible", "possible",
]  # fmt: skip
