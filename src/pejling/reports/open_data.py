"""A release's files: CSV for whoever has a spreadsheet, JSON-stat 2.0 for programs that know statistics.

JSON-stat: X. Badosa, "The JSON-stat Format", version 2.0 (2015), json-stat.org/full.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from pejling.pages import words
from pejling.pages.open_data import FIELDS, STATES, fields, figures_of, open_indicators, rows
from pejling.pages.released import Released

LANGUAGES = ("da", "en")
FIGURES = ("numerator", "denominator", "value", "low", "high")
CSV, JSON = "text/csv; charset=utf-8", "application/json"


def files(ground: Released) -> dict[str, Callable[[], bytes]]:
    """By name; each is made when it is asked for."""
    made: dict[str, Callable[[], bytes]] = {
        "figures.csv": lambda: _figures(ground),
        "units.csv": lambda: _units(ground),
        "indicators.csv": lambda: _indicators(ground),
        "dictionary.csv": lambda: _dictionary(),
        "release.json": lambda: _release(ground),
        "index.json": lambda: _in("da", lambda: _collection(ground, ".json")),
        "index.en.json": lambda: _in("en", lambda: _collection(ground, ".en.json")),
    }
    for key, by in _data_sets(ground):
        name = f"{key}.{by}" if by else key
        for language, ending in (("da", ".json"), ("en", ".en.json")):
            made[name + ending] = lambda key=key, by=by, language=language: _in(  # type: ignore[misc]
                language, lambda: _data_set(ground, key, by)
            )
    return made


def content_type(name: str) -> str:
    return CSV if name.endswith(".csv") else JSON


def _data_sets(ground: Released) -> list[tuple[str, str]]:
    years = ground.about.periods("year")
    return [
        (indicator.key, by) for indicator in ground.indicators for by in ("", *indicator.by) if not by or years
    ]  # fmt: skip


def _in(language: str, made: Callable[[], bytes]) -> bytes:
    with translation.override(language):
        return made()


def _both(said: Callable[[], str]) -> list[str]:
    """In Danish and in English."""
    spoken = []
    for language in LANGUAGES:
        with translation.override(language):
            spoken.append(said())
    return spoken


def _csv(header: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if each is None else each for each in line] for line in lines)
    return out.getvalue().encode()


def _figures(ground: Released) -> bytes:
    sets = (rows(figures_of(ground, key, by)) for key, by in _data_sets(ground))
    return _csv(FIELDS, (list(row.values()) for each in sets for row in each))


def _units(ground: Released) -> bytes:
    header = ["unit", "name", "kind", "kind_da", "kind_en", "part_of"]
    return _csv(header, (
        [unit.unit_id, unit.name, unit.kind, *_both(lambda unit=unit: ground.kind_name(unit)), unit.parent_id]  # type: ignore[misc]
        for unit in ground.units.values()
    ))  # fmt: skip


def _indicators(ground: Released) -> bytes:
    spoken = {}
    for language in LANGUAGES:
        with translation.override(language):
            spoken[language] = open_indicators(ground)
    header = [
        "indicator",
        "unit",
        "kind",
        "direction",
        "name_da",
        "name_en",
        "why_da",
        "why_en",
        "measured_da",
        "measured_en",
    ]
    return _csv(header, (
        [danish.key, danish.unit, indicator.kind, indicator.direction, danish.name, english.name,
         danish.why, english.why, " ".join(danish.measured), " ".join(english.measured)]
        for indicator, danish, english in zip(ground.indicators, spoken["da"], spoken["en"], strict=True)
    ))  # fmt: skip


def _dictionary() -> bytes:
    spoken = {}
    for language in LANGUAGES:
        with translation.override(language):
            states = [(f"state {state}", words.state(state), words.state_explained(state)) for state in STATES]
            spoken[language] = [*((each.name, each.kind, each.meaning) for each in fields()), *states]
    header = ["field", "kind_da", "kind_en", "meaning_da", "meaning_en"]
    return _csv(header, (
        [name, kind, other_kind, meaning, other]
        for (name, kind, meaning), (_, other_kind, other) in zip(spoken["da"], spoken["en"], strict=True)
    ))  # fmt: skip


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _release(ground: Released) -> bytes:
    about = ground.about
    return _json({
        "release": about.number, "month": about.month, "made_at": about.made_at.isoformat(),
        "snapshot": about.measured.snapshot, "model_version": about.measured.model_version,
        "threshold": about.model.threshold, "figures": about.figures, "withheld": about.withheld,
        "hash": about.hash, "made_up": about.model.data_synthetic, "title": about.model.title.model_dump(),
        "note": about.model.note.model_dump() if about.model.note else None, "files": sorted(files(ground)),
    })  # fmt: skip


def _collection(ground: Released, ending: str) -> bytes:
    names = {each.key: each.name for each in open_indicators(ground)}
    return _json({
        "version": "2.0", "class": "collection", "label": words.text(ground.model.title),
        "updated": ground.about.made_at.isoformat(timespec="seconds"),
        "link": {"item": [
            {
                "class": "dataset", "href": f"{key}.{by}{ending}" if by else f"{key}{ending}",
                "label": f"{names[key]}, {words.within(ground.column_name(by))}" if by else names[key],
            }
            for key, by in _data_sets(ground)
        ]},
    })  # fmt: skip


def _data_set(ground: Released, key: str, by: str) -> bytes:
    """Dimensions unit, period, group where it is broken down, and figure; each state that is not final as a status."""
    indicator = ground.indicator(key)
    found = figures_of(ground, key, by)
    units, periods, groups = (
        list(dict.fromkeys(getattr(each, name) for each in found)) for name in ("unit", "period", "group")
    )
    labels = {
        "numerator": gettext("Counted"), "denominator": gettext("Measured on"), "value": gettext("Value"),
        "low": gettext("95% interval, from"), "high": gettext("95% interval, to"),
    }  # fmt: skip
    dimensions = {
        "unit": (gettext("Unit"), {unit: ground.units[unit].name for unit in units}),
        "period": (gettext("Period"), {period: words.period(period) for period in periods}),
    }
    if by:
        dimensions["group"] = (ground.column_name(by), {group: ground.value_name(by, group) for group in groups})
    dimensions["figure"] = (gettext("Figure"), labels)
    return _json({
        "version": "2.0", "class": "dataset", "label": words.text(indicator.name),
        "source": words.text(ground.model.title), "updated": ground.about.made_at.isoformat(timespec="seconds"),
        "id": list(dimensions), "size": [len(categories) for _, categories in dimensions.values()],
        "role": {"time": ["period"], "metric": ["figure"]},
        "dimension": {
            name: {
                "label": label,
                "category": {"index": list(categories), "label": categories, **_inside(ground, name, categories)},
            }
            for name, (label, categories) in dimensions.items()
        },
        "value": [getattr(each, name) for each in found for name in FIGURES],
        "status": {
            str(at * len(FIGURES) + n): each.state
            for at, each in enumerate(found) if each.state != "final" for n in range(len(FIGURES))
        },
        "extension": {
            "release": ground.about.number, "month": ground.about.month, "indicator": key, "unit": indicator.unit,
            "direction": indicator.direction, "threshold": ground.model.threshold,
            "status": {state: words.state_explained(state) for state in STATES},
        },
    })  # fmt: skip


def _inside(ground: Released, dimension: str, categories: Mapping[str, str]) -> dict[str, Any]:
    """What a unit is made of, and a year and a quarter."""
    if dimension not in ("unit", "period"):
        return {}
    below: dict[str, list[str]] = {}
    for each in categories:
        above = ground.units[each].parent_id if dimension == "unit" else _above(each)
        if above and above in categories:
            below.setdefault(above, []).append(each)
    return {"child": below} if below else {}


def _above(period: str) -> str:
    """A month's quarter, a quarter's year."""
    year, _, rest = period.partition("-")
    return f"{year}-Q{(int(rest) + 2) // 3}" if rest.isdecimal() else year if rest else ""
