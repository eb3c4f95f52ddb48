"""Danish civil registration numbers (CPR): recognised, pseudonymised, and masked wherever text goes out."""

import hmac
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from stdnum.dk import cpr as standard
from stdnum.exceptions import ValidationError

# As people type it: 010170-1234, 010170 1234, 0101701234, 010170 - 1234, and with a word processor's dashes.
_SHAPE = re.compile(r"(?<!\d)(\d{6})[ \u00a0]?[-\u00ad\u2010-\u2015\u2212]?[ \u00a0]?(\d{4})(?!\d)")
_LOST_ZERO = re.compile(r"(?<!\d)\d{9}(?!\d)")  # a spreadsheet took the zero in front
SUSPECT = r"\p{Nd}{6}[^0-9A-Za-z]{0,3}\p{Nd}{4}"  # RE2: every text that may hold a number matches, few others do
MASK = "[CPR]"
_LETTERS = str.maketrans("0123456789", "ghijklmnop")  # ten digits in a row could look like a CPR number themselves


def is_cpr(text: str) -> bool:
    """Is the whole of it a CPR number, with or without its hyphen?"""
    match = _SHAPE.fullmatch(text.strip())
    return match is not None and _valid(match[1] + match[2])


def holds_cpr(text: str) -> bool:
    """Does a CPR number stand anywhere in it?"""
    return any(_valid(match[1] + match[2]) for match in _SHAPE.finditer(text))


def masked(text: str) -> str:
    """The text with every CPR number replaced by a mask."""
    return _SHAPE.sub(lambda match: MASK if _valid(match[1] + match[2]) else match[0], text)


def with_lost_zero(text: str) -> str:
    """The CPR number that nine digits become with the zero a spreadsheet took, or "" where they become none."""
    text = text.strip()
    return "0" + text if _LOST_ZERO.fullmatch(text) and _valid("0" + text) else ""


def shown(text: str, width: int = 60) -> str:
    """What may be shown of a value or a name: one line, `width` characters at most, no CPR number."""
    line = masked(" ".join(text.split()))
    line = _LOST_ZERO.sub(lambda match: MASK if with_lost_zero(match[0]) else match[0], line)
    line = "".join(c if c.isprintable() else "?" for c in line)
    return line if len(line) <= width else line[: width - 1] + "…"


@dataclass(frozen=True)
class Pseudonyms:
    """Keyed pseudonyms (HMAC-SHA-256): the same number gives the same pseudonym under the same key, and no way back.

    `key` is 32 random bytes kept with the workspace; whoever has it can test guesses, so it is guarded as the numbers.
    """

    key: bytes

    def of(self, text: str) -> str:
        """The pseudonym of an identifier that is, or holds, a CPR number. A number's own hyphen makes no difference."""
        text = text.strip()
        plain = re.sub(r"\D", "", text) if is_cpr(text) else text
        digest = hmac.digest(self.key, plain.encode(), "sha256").hex()[:31]
        return "p" + digest.translate(_LETTERS)


def _valid(digits: str) -> bool:
    return _is_birthday(digits[:7])


@lru_cache(maxsize=100_000)
def _is_birthday(day_and_century: str) -> bool:
    # No checksum since 2007: the first seven digits decide, and they are few among a million numbers.
    try:
        standard.validate(_plain_day(day_and_century + "000"))
    except ValidationError:
        return False
    return True


def _plain_day(digits: str) -> str:
    # Replacement numbers, given to people without a CPR number, have 60 added to the day of birth.
    day = int(digits[:2])
    return f"{day - 60:02d}{digits[2:]}" if 61 <= day <= 91 else digits


def birth_date(text: str) -> date | None:
    """The day of birth that a CPR number says; None where the text is none."""
    if not is_cpr(text):
        return None
    born: date = standard.get_birth_date(_plain_day(re.sub(r"\D", "", text)))
    return born


def sex(text: str) -> str | None:
    """female or male, from the last digit of a CPR number; None where the text is none."""
    if not is_cpr(text):
        return None
    return "male" if int(text.strip()[-1]) % 2 else "female"
