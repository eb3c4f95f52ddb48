"""What a user did wrong, said so that they can mend it."""


class Mistake(Exception):  # noqa: N818 - it is the user's mistake, not our error
    """Bad input: `where` it stands, what was `found`, and the `cure`. Ends a command with exit code 2.

    Everything said here may reach a screen or a log: never put a person's identifier in it.
    """

    def __init__(self, where: str, found: str, cure: str) -> None:
        super().__init__(f"{where}: {found}. {cure}")
        self.where, self.found, self.cure = where, found, cure
