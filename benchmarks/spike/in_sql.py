"""The spike's measures as plain SQL: named SELECTs, each reading those before it. Written for DuckDB; SQLGlot gives the
same text to Spark."""

import sqlglot
from asked import EXIT_TO, FAR, HAIR, JOIN_WITHIN, LASTING, SUPPORT_STATES, THROUGH, WITHIN

MATERIALISED = {"course"}  # read three times


def _among(values: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


far, through = f"DATE '{FAR}'", f"DATE '{THROUGH}'"
in_order = "PARTITION BY person_id, target_group ORDER BY started_on, course_id"
in_cell = "PARTITION BY unit_id, month, target_group ORDER BY days"

RELATIONS = {
    # The unit and the target group responsible on the first day; what ends after the last day observed is open.
    "placed": f"""
        SELECT c.course_id, c.person_id, c.target_group, c.started_on,
            CASE WHEN c.ended_on <= {through} THEN c.ended_on END AS ended_on, c.exit_to,
            COALESCE(a.unit_id, c.unit_id) AS start_unit, COALESCE(a.target_group, c.target_group) AS start_group
        FROM courses AS c LEFT JOIN assignments AS a
            ON a.course_id = c.course_id AND a.from_on <= c.started_on AND COALESCE(a.to_on, {far}) > c.started_on
        WHERE c.started_on <= {through}""",
    "reaching": f"""
        SELECT *, MAX(COALESCE(ended_on, {far})) OVER ({in_order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
            AS reached
        FROM placed""",
    "numbered": f"""
        SELECT *, SUM(CASE WHEN started_on - {JOIN_WITHIN} <= reached THEN 0 ELSE 1 END)
            OVER ({in_order} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
        FROM reaching""",
    "member": f"""
        SELECT *, ROW_NUMBER() OVER (PARTITION BY person_id, target_group, number
                ORDER BY started_on, course_id) AS first,
            ROW_NUMBER() OVER (PARTITION BY person_id, target_group, number
                ORDER BY COALESCE(ended_on, {far}) DESC, started_on DESC, course_id DESC) AS last
        FROM numbered""",
    "course": """
        SELECT MIN(CASE WHEN first = 1 THEN course_id END) AS course_id, person_id, MIN(started_on) AS started_on,
            CASE WHEN COUNT(*) = COUNT(ended_on) THEN MAX(ended_on) END AS ended_on,
            MIN(CASE WHEN last = 1 THEN exit_to END) AS exit_to,
            MIN(CASE WHEN first = 1 THEN start_unit END) AS unit_id,
            MIN(CASE WHEN first = 1 THEN start_group END) AS target_group
        FROM member GROUP BY person_id, member.target_group, number""",
    "exited": f"""
        SELECT course_id, person_id, ended_on, CAST(ended_on + INTERVAL '{LASTING}' MONTH AS DATE) AS until
        FROM course WHERE exit_to IN {_among(EXIT_TO)} AND ended_on <= started_on + {WITHIN}""",
    "relapsed": f"""
        SELECT e.course_id FROM exited AS e JOIN course AS c ON c.person_id = e.person_id
        WHERE c.course_id <> e.course_id AND c.started_on < e.until AND COALESCE(c.ended_on, {far}) > e.ended_on
            AND COALESCE(c.ended_on, {far}) > c.started_on
        UNION SELECT e.course_id FROM exited AS e JOIN states AS s ON s.person_id = e.person_id
        WHERE s.state IN {_among(SUPPORT_STATES)} AND s.from_on <= {through} AND s.from_on < e.until
            AND COALESCE(s.to_on, {far}) > e.ended_on AND COALESCE(s.to_on, {far}) > s.from_on""",
    # Durations counted per leaf, and beside them what else is additive.
    "leaf": f"""
        SELECT c.unit_id, CAST(DATE_TRUNC('month', c.started_on) AS DATE) AS month, c.target_group,
            DATE_DIFF('day', c.started_on, COALESCE(c.ended_on, {through})) AS days,
            COUNT(*) AS started, COUNT(c.ended_on) AS ended,
            SUM(CASE WHEN c.ended_on IS NOT NULL AND c.exit_to IN {_among(EXIT_TO)} THEN 1 ELSE 0 END) AS to_work,
            SUM(CASE WHEN e.until <= {through} + 1 AND r.course_id IS NULL THEN 1 ELSE 0 END) AS lasted,
            SUM(CASE WHEN c.ended_on IS NULL AND {through} < c.started_on + {WITHIN} THEN 1
                WHEN e.until > {through} + 1 AND r.course_id IS NULL THEN 1 ELSE 0 END) AS undecided
        FROM course AS c LEFT JOIN exited AS e ON e.course_id = c.course_id
        LEFT JOIN relapsed AS r ON r.course_id = c.course_id
        GROUP BY 1, 2, 3, 4""",
    "above": """
        WITH RECURSIVE up(unit_id, above_id) AS (
            SELECT unit_id, unit_id FROM units
            UNION ALL SELECT up.unit_id, u.parent_id FROM up JOIN units AS u ON u.unit_id = up.above_id
            WHERE u.parent_id IS NOT NULL)
        SELECT unit_id, above_id FROM up""",
    "every_level": """
        SELECT a.above_id AS unit_id, l.month, l.target_group, l.days, SUM(l.started) AS started, SUM(l.ended) AS ended,
            SUM(l.to_work) AS to_work, SUM(l.lasted) AS lasted, SUM(l.undecided) AS undecided
        FROM leaf AS l JOIN above AS a ON a.unit_id = l.unit_id GROUP BY 1, 2, 3, 4""",
    "at_risk": f"""
        SELECT *, SUM(started) OVER ({in_cell} ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS at_risk
        FROM every_level""",
    # The share that is still there just before the day (Kaplan and Meier). Nobody is left after a day on which all go.
    "remaining": f"""
        SELECT *, EXP(COALESCE(SUM(CASE WHEN ended < at_risk THEN LN(1 - ended / at_risk) END)
            OVER ({in_cell} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)) AS remaining
        FROM at_risk""",
    # The share that has left for work by the day, other exits competing (Aalen and Johansen).
    "curve": f"""
        SELECT *, SUM(remaining * to_work / at_risk)
            OVER ({in_cell} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS incidence
        FROM remaining""",
    "cells": f"""
        SELECT unit_id, month, target_group,
            CAST(SUM(started) AS BIGINT) AS started, CAST(SUM(lasted) AS BIGINT) AS lasted,
            CAST(SUM(undecided) AS BIGINT) AS undecided, CAST(SUM(ended) AS BIGINT) AS ended,
            CAST(SUM(to_work) AS BIGINT) AS to_work,
            CAST(MIN(CASE WHEN remaining * (1 - ended / at_risk) <= 0.5 + {HAIR} THEN days END) AS BIGINT) AS median,
            CAST(MIN(CASE WHEN incidence >= 0.5 - {HAIR} THEN days END) AS BIGINT) AS median_to_work
        FROM curve GROUP BY unit_id, month, target_group""",
}


def in_dialect(dialect: str) -> dict[str, str]:
    """The relations' texts, in order, as DuckDB or Spark reads them."""
    if dialect == "duckdb":
        return RELATIONS
    return {name: sqlglot.transpile(text, read="duckdb", write=dialect)[0] for name, text in RELATIONS.items()}
