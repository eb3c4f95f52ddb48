"""What is due next, seen by a team whose course moves away before the day."""

from datetime import date

from pages.law_world import build


def test_a_team_does_not_owe_what_falls_due_when_its_course_is_anothers_nor_is_it_called_its_supplier(
    northern_ireland, tmp_path
):
    """Open at team c today, the course is team b's from 5 January, and the first interview is due on 10 January."""
    from pejling.config.connection import reading
    from pejling.pages.due import due_page
    from pejling.pages.ground import ground
    from pejling.pages.own_cases import courses_open

    store = build(
        tmp_path / "home",
        {
            "units": [
                {"unit_id": "team-c", "name": "Team c", "kind": "team", "parent_id": "city",
                 "valid_from": date(1990, 1, 1)},
            ],
            "persons": [{"person_id": "P50", "birth_date": date(1990, 1, 1)}],
            "courses": [
                {"course_id": "C50", "person_id": "P50", "unit_id": "team-c", "target_group": "cash",
                 "started_on": date(2010, 12, 10), "ended_on": None},
            ],
            "assignments": [{"course_id": "C50", "from_on": date(2011, 1, 5), "unit_id": "team-b"}],
        },
    )  # fmt: skip
    with reading(store) as connection:
        now = ground(connection, {})
        assert [each.course_id for each in courses_open(now, "team-c")] == ["C50"]
        left, came = due_page(now, "team-c"), due_page(now, "team-b")
    assert (left.total, left.rows, left.elsewhere) == (0, (), False)
    assert "C50" in {row.course_id for row in came.rows}
