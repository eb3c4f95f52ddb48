"""A workspace that cannot show figures yet, and what to do about it."""

import duckdb

from pejling.indicators.records import missing

COMMANDS = {
    "model": "pejling model load",
    "delivery": "pejling deliver PATH",
    "measurements": "pejling measure",
    "releases": "pejling release MONTH",
    "users": "pejling user add NAME --role director --unit UNIT",
}


class NotReady(Exception):  # noqa: N818 - a state of the workspace, not a fault
    """`missing` is what is not there: "model", "delivery", "measurements" or "users"; `command` makes it."""

    def __init__(self, missing: str) -> None:
        super().__init__(f"no {missing}")
        self.missing, self.command = missing, COMMANDS[missing]


def lacking(connection: duckdb.DuckDBPyConnection) -> NotReady:
    """What to do first in a workspace where nobody can sign in yet: there must be units before a role can be at one."""
    return NotReady(missing(connection) or "users")
