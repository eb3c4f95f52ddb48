"""A workspace that cannot show figures yet, and what to do about it."""

COMMANDS = {"model": "pejling model load", "delivery": "pejling deliver PATH", "measurements": "pejling measure"}


class NotReady(Exception):  # noqa: N818 - a state of the workspace, not a fault
    """`missing` is what is not there: "model", "delivery" or "measurements"; `command` makes it."""

    def __init__(self, missing: str) -> None:
        super().__init__(f"no {missing}")
        self.missing, self.command = missing, COMMANDS[missing]
