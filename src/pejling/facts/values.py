"""The values of a delivery: from text as Danish systems write it to the column's type, as SQL expressions.

Each expression gives NULL where the text is no such value; `why_not` says what is wrong with it and what to do.
"""

from dataclasses import dataclass

from pejling.facts.tables import SQL_TYPES, Column, Kind

_BLANKS = " \t\u00a0\u200b\ufeff"
_CONTROL = r"[\x00-\x1f\x7f\x{80}-\x{9f}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{2064}\x{feff}]"
_YEAR = r"(?:18[5-9]\d|19\d\d|2[01]\d\d|2200)"  # 1850-2200: what can stand in a record of a person, with room to spare
_DATES = (  # pattern, format
    (rf"{_YEAR}-\d{{1,2}}-\d{{1,2}}", "%Y-%m-%d"),
    (rf"\d{{1,2}}\.\d{{1,2}}\.{_YEAR}", "%d.%m.%Y"),
    (rf"\d{{1,2}}-\d{{1,2}}-{_YEAR}", "%d-%m-%Y"),
)
_ANY_YEAR = r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[.-]\d{1,2}[.-]\d{4}"
_MIDNIGHT = r"[T ]00:00(:00(\.0+)?)?$"  # a day written by a system that knows only moments
_POINT = r"[+-]?(\d+|[1-9]\d{0,2}(,\d{3})+|[1-9]\d{0,2}([ \x{a0}]\d{3})+)(\.\d+)?"
_COMMA = r"[+-]?(\d+|[1-9]\d{0,2}(\.\d{3})+|[1-9]\d{0,2}([ \x{a0}]\d{3})+)(,\d+)?"
_EXPONENT = r"[+-]?\d+(\.\d+)?[eE][+-]?\d{1,3}"
_AMBIGUOUS = r"[+-]?[1-9]\d{0,2}[.,]\d{3}"  # 1.234: a thousand and more, or one and a bit?
_FLAGS = {True: ("true", "1", "ja", "j", "yes", "y", "sand"), False: ("false", "0", "nej", "n", "no", "falsk")}


@dataclass(frozen=True)
class Reading:
    """How one table's text is to be read: its decimal mark ("" where not known), its inclusive end dates."""

    decimal: str = ""
    inclusive: frozenset[str] = frozenset()


def typed(column: Column, text: str, reading: Reading) -> str:
    """The SQL expression of the column's value, given the SQL expression of its text, `bare`."""
    match column.kind:
        case "date":
            return _date(text, column.name in reading.inclusive)
        case "number":
            number = _number(text, reading.decimal)
            return f"CASE WHEN isfinite(TRY_CAST({number} AS DOUBLE)) THEN TRY_CAST({number} AS DOUBLE) END"
        case "money":
            number = _number(text, reading.decimal)
            fits = rf"regexp_full_match({number}, '[+-]?\d{{1,16}}(\.\d{{1,2}}0*)?')"
            return f"CASE WHEN {fits} THEN TRY_CAST({number} AS {SQL_TYPES['money']}) END"
        case "flag":
            yes, no = (", ".join(f"'{word}'" for word in _FLAGS[value]) for value in (True, False))
            return f"CASE WHEN lower({text}) IN ({yes}) THEN true WHEN lower({text}) IN ({no}) THEN false END"
        case _:
            return f"CASE WHEN NOT regexp_matches({text}, '{_CONTROL}') THEN nfc_normalize({text}) END"


def bare(text: str) -> str:
    """The SQL expression of a text without what blank it begins and ends with; NULL where nothing is left.

    Most are a word with nothing to trim: to see that costs a third of trimming, which took a quarter of a delivery.
    """
    return f"CASE WHEN regexp_full_match({text}, '[!-~]+') THEN {text} ELSE nullif(trim({text}, '{_BLANKS}'), '') END"


def why_not(column: Column, text: str, reading: Reading) -> tuple[str, str]:
    """SQL expressions of the problem and the cure of a text that `typed` could not read."""
    text = bare(text)
    problem, cure = _WHY[column.kind]
    problem, cure = _literal(problem), _literal(cure)
    if column.kind == "date":
        shaped = f"regexp_full_match({text}, '{_ANY_YEAR}')"
        open_end = f"{text} IN ('9999-12-31', '31.12.9999', '31-12-9999')"
        cure = (
            f"CASE WHEN {open_end} THEN 'Leave the end empty for what is still open; a mapping can do that' "
            f"WHEN {shaped} THEN 'Correct the date: the day must exist, from 1850 to 2200' ELSE {cure} END"
        )
    if column.kind in ("number", "money"):
        if not reading.decimal:
            unclear = f"regexp_full_match({text}, '{_AMBIGUOUS}')"
            problem = f"CASE WHEN {unclear} THEN 'it can be read in two ways' ELSE {problem} END"
            cure = (
                f"CASE WHEN {unclear} THEN "
                f'\'Declare the decimal mark: `decimal: ","` or `decimal: "."` in delivery.yaml\' ELSE {cure} END'
            )
        else:
            cure = _literal(f"Write it with the decimal mark declared, `{reading.decimal}`" + _TWO.get(column.kind, ""))
    return problem, cure


_TWO: dict[Kind, str] = {"money": ", and at most two decimals"}
_TEXT = ("it holds a control character", "Remove the invisible character")
_WHY: dict[Kind, tuple[str, str]] = {
    "id": _TEXT,
    "text": _TEXT,
    "date": ("it is not a date", "Write 2009-12-31 or 31.12.2009"),
    "number": ("it is not a number", "Write 1234.5 or 1234,5"),
    "money": ("it is not an amount in kroner and øre", "Write 1234.50 or 1234,50, with at most two decimals"),
    "flag": ("it is neither yes nor no", "Write true or false, 1 or 0, ja or nej"),
}


def _date(text: str, inclusive: bool) -> str:
    bare = f"regexp_replace({text}, '{_MIDNIGHT}', '')"
    branches = [(f"regexp_full_match({text}, '{p}')", f"try_strptime({text}, '{f}')") for p, f in _DATES]
    branches += [(f"regexp_full_match({bare}, '{p}')", f"try_strptime({bare}, '{f}')") for p, f in _DATES]
    iso = (
        f"WHEN regexp_full_match({text}, '{_DATES[0][0]}') THEN TRY_CAST({text} AS DATE) "  # the most common, and fast
    )
    day = f"CASE {iso}" + " ".join(f"WHEN {test} THEN CAST({value} AS DATE)" for test, value in branches[1:]) + " END"
    return f"({day} + 1)" if inclusive else day


def _number(text: str, decimal: str) -> str:
    """Digits with a decimal point, or NULL: no exponent beyond a typed source's, no guess at what a mark means."""
    point = rf"regexp_replace({text}, '[, \x{{a0}}]', '', 'g')"
    comma = rf"replace(regexp_replace({text}, '[. \x{{a0}}]', '', 'g'), ',', '.')"
    as_point = f"WHEN regexp_full_match({text}, '{_POINT}') THEN {point}"
    as_comma = f"WHEN regexp_full_match({text}, '{_COMMA}') THEN {comma}"
    exponent = f"WHEN regexp_full_match({text}, '{_EXPONENT}') THEN {text}"
    if decimal == ".":
        return f"CASE {as_point} {exponent} END"
    if decimal == ",":
        return f"CASE {as_comma} END"
    return f"CASE WHEN regexp_full_match({text}, '{_AMBIGUOUS}') THEN NULL {as_point} {as_comma} END"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
