"""What one sheet of paper holds of a list, and what it says is left."""

from pejling.pages.sheet import Sheet, sheet


def test_a_sheet_holds_the_first_rows_of_the_page_and_the_rest_is_counted_of_the_whole_list():
    assert sheet(54, 1, 60, 40) == Sheet(1, 40, 54)
    assert (sheet(54, 1, 60, 40).rows, sheet(54, 1, 60, 40).rest) == (40, 14)


def test_a_later_page_counts_its_rows_from_where_it_begins():
    assert sheet(130, 3, 60, 40) == Sheet(121, 130, 130)
    assert sheet(130, 2, 60, 40) == Sheet(61, 100, 130)
    assert sheet(130, 2, 60, 40).rest == 90


def test_a_list_that_has_room_leaves_nothing_on_the_screen():
    assert sheet(12, 1, 60, 40).rest == 0
    assert sheet(0, 1, 60, 40).rest == 0
