"""The documents that people write, for those who may not read the rules on them."""

from pydantic import ValidationError

from pejling.steering.contracts import Contract, Goal, Later, Other, OverallGoal, Payment

__all__ = ["Contract", "Goal", "Later", "Other", "OverallGoal", "Payment", "ValidationError"]
