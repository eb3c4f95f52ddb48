"""Who is asked for and how they are grouped: `where`, `by` and age bands as SQL over a course or a segment.

`person` is joined as p. What is not recorded fulfils no condition, and makes the group `unknown`.
"""

from itertools import pairwise

from pejling.indicators.definition import Common, Where
from pejling.indicators.relations import among, literal, quoted

UNKNOWN = "unknown"  # the group of a person of whom the column is not known


def asked(where: Where, target_group: str) -> list[str]:
    """The conditions of `where`, but for those on age and exit."""
    conditions = [among(target_group, where.target_group)] if where.target_group else []
    return conditions + [among(f"p.{quoted(column)}", values) for column, values in where.columns.items()]


def aged(where: Where, day: str) -> list[str]:
    """The condition on age on an anchor day."""
    if where.age is None:
        return []
    conditions = [f"{day} >= {birthday(where.age.from_ or 0)}"]
    return conditions + ([f"{day} < {birthday(where.age.below)}"] if where.age.below is not None else [])


def birthday(age: int) -> str:
    """The day a person turns that age; born on 29 February: 1 March in a year without."""
    turned = f"CAST(p.birth_date + INTERVAL '{age}' YEAR AS DATE)"
    return f"({turned} + CASE WHEN DAY(p.birth_date) = 29 AND DAY({turned}) = 28 THEN 1 ELSE 0 END)"


def bands(limits: tuple[int, ...]) -> list[tuple[int, int | None, str]]:
    """With 25 and 30: 0-24, 25-29, 30+ and unknown, as (from, below, name). Without limits: one of no name."""
    if not limits:
        return [(0, None, "")]
    lows = (0, *limits)
    named = [(low, below, f"{low}-{below - 1}") for low, below in pairwise(lows)]
    return [*named, (lows[-1], None, f"{lows[-1]}+"), (0, None, UNKNOWN)]


def band(limits: tuple[int, ...], day: str) -> str:
    """The age band on an anchor day; empty where the birth date is not known."""
    cases = " ".join(
        f"WHEN {day} < {birthday(below)} THEN {literal(name)}" for _, below, name in bands(limits) if below is not None
    )
    last = f"{limits[-1]}+" if limits else ""
    return f"CASE {cases} WHEN p.birth_date IS NOT NULL THEN {literal(last)} END"


def grouped(by: tuple[str, ...], target_group: str, age_band: str) -> str:
    """`, … AS group_0, … AS group_1`, one a column of `by`. Every course has a target group."""
    named = {"target_group": target_group, "age": f"COALESCE({age_band}, '{UNKNOWN}')"}
    columns = (named.get(column) or f"COALESCE(p.{quoted(column)}, '{UNKNOWN}')" for column in by)
    return "".join(f", {column} AS group_{n}" for n, column in enumerate(columns))


def joined_person(indicator: Common, by: tuple[str, ...], alias: str) -> str:
    """The join that `where` and `by` need; none where they ask nothing of the person."""
    if not indicator.where.age and not indicator.where.columns and not set(by) - {"target_group"}:
        return ""
    return f" LEFT JOIN person AS p ON {alias}.person_id = p.person_id"
