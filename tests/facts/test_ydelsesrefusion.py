"""Ydelsesrefusion's archive becomes spells and money, as a plain-Python reading of the same rows says it does."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pejling.facts import ydelsesrefusion
from pejling.facts.archives import File, folder_files, zip_files
from pejling.facts.cpr import Pseudonyms, holds_cpr, is_cpr
from pejling.facts.mapping import Mapping
from pejling.facts.mistakes import Mistake

HEADER = (
    "Uge;CPR nummer;Ydelse;Finansiering Kommunenavn;Beregnet udbetalingsbeløb;Refusionssats;Refusionsbeløb;"
    "Medfinansieringssats;Medfinansieringsbeløb"
)
KEY = Pseudonyms(b"a key of tests".ljust(32, b"."))
MONDAY = date(2024, 1, 1)
NAME = "yr-ydelsesrefusion-beregning-{code}-0050-{day}.csv"


def number(i: int) -> str:
    """A number that is plainly made up: born on 1 January, the century's digit 0, and no serial to speak of."""
    return f"0101{70 + i:02d}" + f"{i:04d}"


@dataclass(frozen=True)
class Row:
    week: int
    person: int
    benefit: str
    payment: int  # øre, as the others
    reimbursement: int = 0
    cofinancing: int = 0
    payer: str = "Randers"
    rate: str = "80"
    weekday: int = 0

    @property
    def monday(self) -> date:
        return MONDAY + timedelta(weeks=self.week)

    def line(self) -> str:
        day = self.monday + timedelta(days=self.weekday)
        amounts = (self.payment, self.reimbursement, self.cofinancing)
        paid, back, shared = (f"{amount / 100:.2f}".replace(".", ",") for amount in amounts)
        return f"{day};{number(self.person)};{self.benefit};{self.payer};{paid};{self.rate};{back};0;{shared}"


def steady(weeks: int) -> list[Row]:
    """Somebody who is always on benefit, so that no week of the archive is empty."""
    return [Row(week, 29, "Ledighedsydelse", 100_00) for week in range(weeks)]


def text_file(name: str, text: str, encoding: str = "utf-8") -> File:
    content = text.encode(encoding)
    return File(name, len(content), lambda: io.BytesIO(content))


def csv_file(rows: Iterable[Row], day: str = "2024-12-31", code: str = "730", **more: Any) -> File:
    return text_file(
        NAME.format(code=code, day=day), "\r\n".join([HEADER, *(row.line() for row in rows)]) + "\r\n", **more
    )


Tables = dict[str, list[dict[str, str | None]]]


def read(files: list[File], *, start: date = MONDAY, through: date | None = None, **options: Any) -> Tables:
    coverage = {"from": start} | ({"through": through} if through else {})
    declared = Mapping.model_validate({"options": options, "coverage": {"default": coverage}})
    with ydelsesrefusion.read("archive", files, declared, KEY) as source:
        assert source.full
        return {
            table.table: [
                dict(zip(table.columns, row, strict=True))
                for batch in table.batches
                for row in zip(*batch.columns, strict=True)
            ]
            for table in source.tables
        }


def spells(tables: Tables, person: int = 0) -> list[tuple[str | None, ...]]:
    mine = [course for course in tables["courses"] if course["person_id"] == KEY.of(number(person))]
    return sorted((c["target_group"], c["started_on"], c["ended_on"], c["exit_to"]) for c in mine)


def day(week: int) -> str:
    return (MONDAY + timedelta(weeks=week)).isoformat()


# The reference: the same rules, person by person and week by week.


def weeks_on_benefit(rows: Iterable[Row]) -> dict[tuple[int, str], list[int]]:
    net: dict[tuple[int, int, str], int] = defaultdict(int)
    for row in set(rows):
        net[row.person, row.week, row.benefit] += row.payment
    weeks = defaultdict(list)
    for (person, week, benefit), paid in sorted(net.items()):
        if paid > 0:
            weeks[person, benefit].append(week)
    return weeks


def expected_spells(rows: Iterable[Row], weeks_covered: int, gap: int) -> set[tuple[str, str, str, str | None]]:
    found = set()
    for (person, benefit), weeks in weeks_on_benefit(rows).items():
        first = last = None
        for week in [*(w for w in weeks if w < weeks_covered), None]:
            if first is not None and (week is None or week - last > 1 + gap):
                over = last + 1 + gap < weeks_covered
                found.add((KEY.of(number(person)), benefit, day(first), day(last + 1) if over else None))
                first = None
            if week is not None:
                first, last = (week if first is None else first), week
    return found


def expected_money(rows: Iterable[Row]) -> dict[tuple[str, str], Decimal]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in set(rows):
        for kind in ("payment", "reimbursement", "cofinancing"):
            sums[f"{row.benefit} {kind}", row.monday.isoformat()] += getattr(row, kind)
    return {key: Decimal(amount) / 100 for key, amount in sums.items() if amount}


WEEKS = 14
amounts = st.sampled_from([-300_00, -120_05, -99, 0, 99, 120_05, 300_00]) | st.integers(-(10**9), 10**9)
rows = st.builds(
    Row,
    week=st.integers(0, WEEKS - 1),
    person=st.integers(0, 2),
    benefit=st.sampled_from(["Kontanthjælp", "Sygedagpenge"]),
    payment=amounts,
    reimbursement=amounts,
    cofinancing=amounts,
    payer=st.sampled_from(["Randers", "Aarhus"]),
    rate=st.sampled_from(["80", "40"]),
    weekday=st.just(0),
)


@st.composite
def archives(draw: st.DrawFn) -> tuple[list[Row], list[list[Row]]]:
    """Payments with their corrections, and the same rows over several overlapping files in any order."""
    paid = draw(st.lists(rows, max_size=30))
    taken_back = draw(st.lists(st.sampled_from(paid), max_size=8)) if paid else []
    paid += [Row(**(row.__dict__ | {"payment": -row.payment, "rate": "taken back"})) for row in taken_back]
    paid += steady(WEEKS)
    files = [list(part) for part in draw(st.lists(st.lists(st.sampled_from(paid), max_size=20), max_size=3))]
    left = draw(st.permutations(paid))
    cut = draw(st.integers(0, len(left)))
    return paid, draw(st.permutations([*files, left[:cut], left[cut:]]))


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(archives(), st.integers(0, 3))
def test_any_archive_gives_what_the_plain_reading_of_its_rows_gives(
    archive: tuple[list[Row], list[list[Row]]], gap: int
) -> None:
    paid, parts = archive
    files = [csv_file(part, day=f"2024-12-{i + 1:02d}") for i, part in enumerate(parts)]
    tables = read(files, gap_weeks=gap)
    assert {
        (c["person_id"], c["target_group"], c["started_on"], c["ended_on"]) for c in tables["courses"]
    } == expected_spells(paid, WEEKS, gap)
    assert {(s["person_id"], s["state"], s["from_on"], s["to_on"]) for s in tables["states"]} == expected_spells(
        paid, WEEKS, 0
    )
    money = {(p["account"], p["posted_on"]): Decimal(p["amount"] or "") for p in tables["postings"]}
    assert money == expected_money(paid)
    assert read([csv_file(paid)], gap_weeks=gap) == tables
    for table, key in (("courses", "course_id"), ("postings", "posting_id")):
        assert len({row[key] for row in tables[table]}) == len(tables[table])


def test_money_by_the_month_is_the_same_money() -> None:
    paid = [Row(week, week % 3, "Kontanthjælp", 1_00 + week, 7 * week, -week) for week in range(WEEKS)]
    by_week, by_month = (read([csv_file(paid)], post_by=by)["postings"] for by in ("week", "month"))
    assert sum(Decimal(p["amount"] or "") for p in by_week) == sum(Decimal(p["amount"] or "") for p in by_month)
    assert {p["posted_on"] for p in by_month} == {"2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"}
    assert {p["nature"] for p in by_month} == {"actual"}


def test_a_birthday_a_new_payer_and_a_new_rate_split_no_course() -> None:
    paid = [Row(w, 0, "Kontanthjælp", 500_00, payer=p, rate=r) for w, p, r in [
        (0, "Randers", "80"), (1, "Randers", "80"), (2, "Aarhus", "80"), (3, "Aarhus", "40"), (4, "Aarhus", "40")
    ]]  # fmt: skip
    assert spells(read([csv_file(paid + steady(10))])) == [("Kontanthjælp", day(0), day(5), "off_benefit")]


def test_a_move_between_municipalities_splits_no_course_and_is_an_assignment() -> None:
    randers = [Row(w, 0, "Kontanthjælp", 500_00) for w in range(4)] + steady(10)
    aarhus = [Row(w, 0, "Kontanthjælp", 400_00) for w in range(3, 7)] + [
        Row(w, 28, "Fleksjob", 1_00) for w in range(10)
    ]
    tables = read([csv_file(randers, code="730"), csv_file(aarhus, code="751")])
    assert spells(tables) == [("Kontanthjælp", day(0), day(7), "unknown")]
    (course,) = [c for c in tables["courses"] if c["person_id"] == KEY.of(number(0))]
    assert course["unit_id"] == "730"
    (moved,) = tables["assignments"]
    assert moved == {
        "course_id": course["course_id"],
        "from_on": day(4),
        "unit_id": "751",
        "target_group": "Kontanthjælp",
        "to_on": day(7),
    }
    assert [unit["unit_id"] for unit in tables["units"]] == ["730", "751"]


def test_one_full_week_without_benefit_starts_a_new_course_unless_the_gap_is_tolerated() -> None:
    paid = [Row(w, 0, "Kontanthjælp", 500_00) for w in (0, 1, 3)] + steady(10)
    assert len(spells(read([csv_file(paid)]))) == 2
    assert len(spells(read([csv_file(paid)], gap_weeks=1))) == 1
    assert len([s for s in read([csv_file(paid)], gap_weeks=1)["states"] if s["state"] == "Kontanthjælp"]) == 2


def test_benefits_of_one_group_make_one_course() -> None:
    paid = [Row(0, 0, "Kontanthjælp jobparat", 5_00), Row(1, 0, "Kontanthjælp aktivitetsparat", 5_00), *steady(10)]
    named = {"Kontanthjælp jobparat": "cash_benefit", "Kontanthjælp aktivitetsparat": "cash_benefit"}
    assert spells(read([csv_file(paid)], benefits=named)) == [("cash_benefit", day(0), day(2), "off_benefit")]


@pytest.mark.parametrize(
    ("then", "exit_to"),
    [
        ([(4, "Sygedagpenge")], "Sygedagpenge"),
        ([(7, "Sygedagpenge")], "Sygedagpenge"),
        ([(8, "Sygedagpenge")], "off_benefit"),
        ([(5, "Kontanthjælp")], "Kontanthjælp"),
        ([], "off_benefit"),
    ],
)
def test_an_exit_is_to_the_benefit_that_follows_within_four_weeks(then: list[tuple[int, str]], exit_to: str) -> None:
    paid = [Row(w, 0, "Kontanthjælp", 5_00) for w in range(4)] + [Row(w, 0, benefit, 5_00) for w, benefit in then]
    first = next(s for s in spells(read([csv_file(paid + steady(20))])) if s[1] == day(0))
    assert first == ("Kontanthjælp", day(0), day(4), exit_to)


def test_an_exit_is_unknown_until_four_weeks_have_been_seen() -> None:
    paid = [Row(w, 0, "Kontanthjælp", 5_00) for w in range(4)]
    assert spells(read([csv_file(paid + steady(7))]))[0][3] == "unknown"
    assert spells(read([csv_file(paid + steady(8))]))[0][3] == "off_benefit"


def test_a_course_id_stays_when_the_next_file_makes_the_course_longer() -> None:
    paid = [Row(w, 0, "Kontanthjælp", 5_00) for w in range(8)] + steady(12)
    january = csv_file([row for row in paid if row.week < 4], day="2024-01-31")
    (before,) = [c for c in read([january])["courses"] if c["target_group"] == "Kontanthjælp"]
    (after,) = [
        c
        for c in read([january, csv_file([r for r in paid if r.week >= 4], day="2024-03-31")])["courses"]
        if c["target_group"] == "Kontanthjælp"
    ]
    assert before["course_id"] == after["course_id"]
    assert (before["ended_on"], after["ended_on"]) == (None, day(8))


def test_a_correction_of_a_week_before_the_archive_is_money_and_no_course() -> None:
    paid = [Row(-150, 0, "Kontanthjælp", 777_00), *steady(6)]
    tables = read([csv_file(paid)])
    assert spells(tables) == []
    assert ("777.00", day(-150)) in {(p["amount"], p["posted_on"]) for p in tables["postings"]}


def test_a_week_named_by_another_day_is_the_same_week() -> None:
    paid = [Row(0, 0, "Kontanthjælp", 5_00, weekday=3), Row(0, 0, "Kontanthjælp", -5_00), *steady(6)]
    assert spells(read([csv_file(paid)])) == []


def test_weeks_paid_ahead_of_the_newest_file_end_nobodys_course() -> None:
    paid = [Row(w, 0, "Sygedagpenge", 5_00) for w in range(5)] + steady(9)  # paid ahead: the archive is of week 5
    assert spells(read([csv_file(paid, day="2024-02-06")])) == [("Sygedagpenge", day(0), None, None)]


def test_money_only_benefits_are_nobodys_living() -> None:
    paid = [Row(0, 0, "Fleksbidrag fra staten", 5_00), *steady(4)]
    tables = read([csv_file(paid)])
    assert spells(tables) == []
    assert any(p["account"] == "Fleksbidrag fra staten payment" for p in tables["postings"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_encoding_of_danish_systems_reads_the_same(encoding: str) -> None:
    paid = [Row(0, 0, "Særlig støtte", 5_00), *steady(4)]
    assert read([csv_file(paid, encoding=encoding)]) == read([csv_file(paid)])


def test_amounts_with_thousands_and_trailing_signs_are_read_to_the_oere() -> None:
    lines = [
        f"{MONDAY};{number(0)};Kontanthjælp;R;1.234.567,8;0;2000-;0;-",
        f"{MONDAY};{number(0)};Kontanthjælp;R;-0,3;0;;0;..",
    ]
    postings = read([text_file(NAME.format(code=730, day="2024-01-07"), "\n".join([HEADER, *lines]))])["postings"]
    assert {p["account"]: p["amount"] for p in postings} == {
        "Kontanthjælp payment": "1234567.50",
        "Kontanthjælp reimbursement": "-2000.00",
    }


def test_a_folder_and_a_zip_of_it_give_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    for i, rows_ in enumerate(([Row(0, 0, "Kontanthjælp", 5_00)], steady(4))):
        file = csv_file(rows_, day=f"2024-12-0{i + 1}")
        (folder / file.name).write_bytes(file.open().read())
    (folder / "delivery.yaml").write_text("source: ydelsesrefusion\n")
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as packed:
        for path in folder.iterdir():
            packed.write(path, path.name)
    with zipfile.ZipFile(tmp_path / "archive.zip") as packed:
        assert read(zip_files("archive.zip", packed, 10_000)) == read(folder_files(folder))


def test_no_cpr_number_leaves_the_reader_and_a_lost_zero_is_the_same_person() -> None:
    hyphened = f"{number(0)[:6]}-{number(0)[6:]}"
    lines = [
        f"{day(i)};{person};Kontanthjælp;R;5;0;0;0;0" for i, person in enumerate([number(0), number(0)[1:], hyphened])
    ]
    assert is_cpr(number(0))
    tables = read(
        [text_file(NAME.format(code=730, day="2024-02-01"), "\n".join([HEADER, *lines]))], birth_date_and_sex=True
    )
    assert len(tables["courses"]) == 1
    assert tables["persons"] == [{"person_id": KEY.of(number(0)), "birth_date": "1970-01-01", "sex": "female"}]
    said = repr(tables)
    assert not holds_cpr(said)
    assert number(0)[1:] not in said


def test_persons_come_only_when_asked_for() -> None:
    assert "persons" not in read([csv_file(steady(4))])


def test_a_unit_of_the_store_may_stand_for_the_municipality() -> None:
    tables = read([csv_file(steady(4))], units={730: "randers"})
    assert "units" not in tables
    assert {course["unit_id"] for course in tables["courses"]} == {"randers"}


GOOD = f"{MONDAY};{number(0)};Kontanthjælp;R;5,00;0;0;0;0"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEADER.replace("CPR nummer", "Personnr") + "\n" + GOOD, ["line 1", "'CPR nummer' is missing"]),
        (HEADER.replace("Beregnet u", "U") + "\n" + GOOD, ["is missing", "'Udbetalingsbeløb'"]),
        (HEADER + ";Uge\n" + GOOD + ";1", ["'Uge' is twice"]),
        (HEADER.replace(";", ",") + "\n" + GOOD, ["'Uge' is missing", "`;`"]),
        ("", ["the file is empty"]),
        (f"{HEADER}\n{GOOD}\n{GOOD.replace(str(MONDAY), '2024-02-31')}", ["line 3, column Uge", "'2024-02-31'"]),
        (f"{HEADER}\n{GOOD.replace(str(MONDAY), '2042-01-01')}", ["column Uge", "2042", "two months"]),
        (f"{HEADER}\n{GOOD.replace('5,00', '5.00')}", ["column Beregnet udbetalingsbeløb", "'5.00' is no amount"]),
        (f"{HEADER}\n{GOOD.replace('5,00', '5,001')}", ["'5,001' is no amount"]),
        (f"{HEADER}\n{GOOD.replace('5,00', '')}", ["column Beregnet udbetalingsbeløb"]),
        (f"{HEADER}\n{GOOD.replace('Kontanthjælp', '')}", ["column Ydelse", "names no benefit"]),
        (f"{HEADER}\n{GOOD.replace(number(0), '')}", ["column CPR nummer", "no person"]),
        (f"{HEADER}\n{GOOD.replace(number(0), '0000000000')}", ["column CPR nummer", "no person"]),
        (f"{HEADER}\n{GOOD.replace('5,00', number(0))}", ["[CPR]"]),
        (f"{HEADER}\n{GOOD};1", ["line 2", "10 fields where the header has 9"]),
        (f'{HEADER}\n{GOOD.replace("Kontant", chr(34) + "Kontant")}', ["line 2", "quote"]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_place_and_no_number(text: str, says: list[str]) -> None:
    with pytest.raises(Mistake) as mistake:
        read([text_file(NAME.format(code=730, day="2024-02-01"), text)])
    message = str(mistake.value)
    assert [part for part in says if part not in message] == [], message
    assert not holds_cpr(message)


def test_a_missing_month_is_said_and_cuts_no_spell() -> None:
    with pytest.raises(Mistake, match="no file holds a payment for the week of 2024-01-29"):
        read([csv_file([row for row in steady(12) if not 4 <= row.week < 8])])


def test_the_newest_file_alone_is_refused_where_the_archive_begins_earlier() -> None:
    with pytest.raises(Mistake, match="the week of 2023-01-02"):
        read([csv_file(steady(4))], start=date(2023, 1, 1))


def test_the_first_day_of_the_archive_must_be_said() -> None:
    with (
        pytest.raises(Mistake, match="from which day"),
        ydelsesrefusion.read("archive", [csv_file(steady(2))], Mapping(source="ydelsesrefusion"), KEY),
    ):
        pass


def test_an_unknown_option_or_a_foreign_file_is_refused() -> None:
    with pytest.raises(Mistake, match="gap_week"):
        read([csv_file(steady(2))], gap_week=1)
    with pytest.raises(Mistake, match="not named as a file of Ydelsesrefusion"):
        read([csv_file(steady(2)), text_file("courses.csv", "a;b")])
    with pytest.raises(Mistake, match="no file of Ydelsesrefusion"):
        read([text_file("README.txt", "hello")])


def test_courses_of_the_first_week_are_no_starts() -> None:
    declared = Mapping.model_validate({"options": {"gap_weeks": 2}, "coverage": {"default": {"from": MONDAY}}})
    with ydelsesrefusion.read("archive", [csv_file(steady(9))], declared, KEY) as source:
        assert source.coverage["courses"].from_on == MONDAY + timedelta(weeks=3)
        assert source.coverage["states"].from_on == MONDAY
        assert source.coverage["courses"].through == MONDAY + timedelta(weeks=9, days=-1)
