"""A user's mistake, for those who may not read the facts."""

from pejling.facts.mistakes import Mistake

__all__ = ["Mistake"]
