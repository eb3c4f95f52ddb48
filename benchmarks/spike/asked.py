"""What both writings of the spike are asked for: one definition of each measure, over the generated facts."""

from datetime import date

THROUGH = date(2024, 12, 31)
JOIN_WITHIN = 28  # days: courses of a person and target group so close are one
WITHIN = 91  # days from the start of a course to an exit that counts
LASTING = 6  # calendar months without another course or a support state
EXIT_TO = ("employment",)
SUPPORT_STATES = (
    "unemployment_benefit", "cash_benefit", "education_assistance", "sickness_benefit", "rehabilitation_benefit",
    "resource_benefit", "integration_benefit",
)  # fmt: skip
FAR = date(9999, 12, 31)  # the end of what is still open
HAIR = 1e-9  # a curve that reaches one half has reached it on every engine, whatever the last digit
TABLES = ("courses", "assignments", "states", "units")
CELL = ("unit_id", "month", "target_group")
