"""The derived relations of the law: statutory steps, and what the state pays back, beside those of `relations`."""

from collections.abc import Mapping
from datetime import date

from pejling.indicators.items import Observed
from pejling.indicators.model import Model
from pejling.indicators.reimbursement import VIEWS as PAID_VIEWS
from pejling.indicators.reimbursement import reimbursement_relations
from pejling.indicators.statutory import VIEWS as STEP_VIEWS
from pejling.indicators.statutory import statutory_relations

LOOKED_AT_ONCE = (*STEP_VIEWS, *PAID_VIEWS)  # large, or read by one other: to keep them is dearer than to ask again


def law_relations(model: Model, through: date, observed: Mapping[str, Observed]) -> dict[str, str]:
    """Name to SELECT, each using those before it; `observed` says by a rule's key what is covered."""
    steps = statutory_relations(model, through, observed)
    rules = tuple(rule for rule in model.law if rule.key in observed)
    return steps | reimbursement_relations(model, through, rules)
