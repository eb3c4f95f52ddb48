"""What each kind of object in the audit log is now, as a digest: for the log to be held against."""

from collections.abc import Callable, Mapping

from pejling.agreements.people import user_state

NOW: Mapping[str, Callable[[str], str]] = {"user": user_state}
