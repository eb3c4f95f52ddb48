"""What a look over the model found: a rule's name and the facts of the case. The words for it are the pages'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pejling.indicators.documents import closest

Severity = Literal["error", "warning", "political", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "political", "note")


@dataclass(frozen=True)
class Finding:
    """An error stops `pejling model load`; a warning is for whoever answers for the model; what is political is for
    those who decided it; a note says what could not be looked at.

    It is about the `kind` (an indicator, goal, focus_area, grant, rule, column or the model) named `key`. `said` holds
    what was found, by names that the words for the rule use.
    """

    rule: str
    severity: Severity
    kind: str
    key: str
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> str:
        return f"{self.kind} {self.key}".strip()


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def near(word: str, known: Sequence[str]) -> dict[str, Any]:
    """For the words of a cure: the likeliest of the known names, else some of them."""
    return {"near": closest(word, known), "known": tuple(sorted(known)[:12]), "more": len(known) > 12}
