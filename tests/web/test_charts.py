"""Charts say what the figures say, and keep the six states apart."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pejling.web.charts import HEIGHT, TOP, Point, Scale, across, over_time, scale, scale_end, share_of, sign

FORMS = ("share", "count", "mean")
STATES = ("final", "provisional", "immature", "undefined", "not_reported", "suppressed")


def drawn(points: list[Point], form: str = "share") -> ElementTree.Element:
    return ElementTree.fromstring(over_time("key", "Title", "Description", points, form, ["0 %", "50 %", "100 %"]))


def marks(svg: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [group for group in svg.iter("g") if group.get("class") == f"mark {kind}"]


@given(st.floats(min_value=0, max_value=1e9, allow_nan=False), st.sampled_from(FORMS))
def test_an_axis_begins_at_0_ends_above_the_highest_and_has_few_round_lines(highest, form):
    highest = min(highest, 1.0) if form == "share" else highest
    end, step = scale_end(highest, form)
    assert end >= highest * (1 - 1e-9)
    assert 1 <= round(end / step) <= 5
    if form == "share":
        assert end <= 1.0
    elif form == "count":
        assert step == int(step)


@given(st.lists(st.floats(min_value=-1e7, max_value=1e7, allow_nan=False), min_size=1, max_size=9))
def test_an_axis_reaches_below_0_where_a_value_does_and_has_a_line_at_0(amounts):
    scaled = scale([Point("", "", "final", amount) for amount in amounts], "mean")
    near = 1e-6 + 1e-8 * (max(amounts) - min(amounts))
    assert scaled.start <= min(0, *amounts) + near and scaled.end >= max(0, *amounts) - near
    assert min(abs(line) for line in scaled.lines) < scaled.step / 2
    assert len(scaled.lines) <= 8
    assert all(0 <= scaled.part(amount) <= 1 for amount in amounts)


def test_a_chart_has_a_title_a_description_and_a_role():
    svg = drawn([Point("1993: 53 %", "1993", "final", 0.53, 0.46, 0.6)])
    assert svg.get("role") == "img"
    assert svg.find("title").text == "Title"
    assert svg.find("desc").text == "Description"
    assert svg.get("aria-labelledby") == svg.find("title").get("id")


def test_a_text_of_the_data_cannot_become_markup():
    hostile = '</title><script>alert("x")</script>'
    svg = over_time("key", hostile, hostile, [Point(hostile, hostile, "final", 0.5)], True, [hostile])
    assert "<script" not in svg
    assert "<script" not in sign(hostile, "share")


def test_a_value_stands_where_its_scale_says():
    svg = drawn([Point("", "", "final", 0.0), Point("", "", "final", 1.0)])
    low, high = (group.find("circle") for group in marks(svg, "final"))
    assert float(high.get("cy")) == TOP
    assert float(low.get("cy")) == HEIGHT - 28


@pytest.mark.parametrize("form", FORMS)
def test_each_state_has_a_form_of_its_own_apart_from_colour(form):
    forms = set()
    for state in STATES:
        value = 0.5 if state in ("final", "provisional", "immature") else None
        (group,) = marks(drawn([Point("", "", state, value)], form), state)
        inner = "".join(ElementTree.tostring(child, "unicode") for child in group)
        dashed = state == "immature"  # by its class: hollow, with a dashed edge
        filled = form == "count" and state == "provisional"  # by its class: a paler bar with an edge
        forms.add((inner, dashed, filled))
    assert len(forms) == len(STATES)


def test_a_real_zero_is_a_mark_on_the_axis_and_a_missing_figure_is_none():
    zero, missing = drawn([Point("", "", "final", 0.0)]), drawn([Point("", "", "not_reported", None)])
    assert marks(zero, "final")[0].find("circle") is not None
    assert marks(missing, "not_reported")[0].find("circle") is None


def test_no_line_leads_to_a_figure_that_is_not_firm():
    points = [Point("", "", "final", 0.4), Point("", "", "immature", 0.5), Point("", "", "final", 0.6)]
    assert not [line for line in drawn(points).iter("line") if line.get("class") == "way"]
    assert len([line for line in drawn(points[:1] * 3).iter("line") if line.get("class") == "way"]) == 2


def test_a_row_is_hidden_from_those_who_hear_its_table():
    assert 'aria-hidden="true"' in across(Point("", "", "final", 0.5, 0.4, 0.6), Scale(0, 1, 0.25), 0.55)


def test_an_interval_without_an_end_runs_to_the_edge_with_an_arrow_also_where_the_value_was_not_reached():
    for value, beyond in ((0.5, False), (None, True)):
        row = ElementTree.fromstring(across(Point("", "", "final", value, 0.4, None), Scale(0, 1, 0.25), None))
        (line,) = (line for line in row.iter("line") if line.get("class") == "whisker")
        assert line.get("x2") == "100%" and "→" in [text.text for text in row.iter("text")]
        (mark,) = marks(drawn([Point("", "", "final", value, 0.4, None, beyond=beyond)]), "final")
        (line,) = (line for line in mark.iter("line") if line.get("class") == "whisker")
        assert float(line.get("y2")) == TOP and [text.text for text in mark.iter("text")] == ["↑"]


@given(st.floats(min_value=0.1, max_value=1e4))
def test_no_dot_touches_the_arrow_of_its_own_interval(value):
    scaled = scale([Point("", "", "final", value, value / 2, None)], "mean")
    assert scaled.part(value) < 0.9


def test_no_chart_carries_style_that_the_content_policy_would_refuse():
    svg = over_time("k", "t", "d", [Point("", "", state, None) for state in STATES], True, ["0", "1"])
    assert "style=" not in svg


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("form", FORMS)
def test_a_sign_stands_inside_its_square(state, form):
    svg = ElementTree.fromstring(sign(state, form))
    for mark in svg.iter():
        if "cy" in mark.attrib:
            assert (
                0 <= float(mark.get("cy")) - float(mark.get("r")) < float(mark.get("cy")) + float(mark.get("r")) <= 20
            )
        elif mark.tag == "text":  # letters of 13 px stand on their line
            assert 10 <= float(mark.get("y")) <= 18


@pytest.mark.parametrize("form", FORMS)
def test_a_period_covered_in_part_has_a_form_of_its_own_and_no_line_leads_from_it(form):
    whole, part = Point("", "", "final", 0.5), Point("", "", "final", 0.5, partial=True)
    svg = drawn([part, whole], form)
    assert not [line for line in svg.iter("line") if line.get("class") == "way"]
    gates = [[line for line in mark.iter("line") if line.get("class") == "begins"] for mark in marks(svg, "final")]
    assert gates[0] and not gates[1]
    if form == "count":
        first, other = (float(mark.find("rect").get("width").rstrip("%")) for mark in marks(svg, "final"))
        assert first < 0.6 * other


def test_a_negative_count_hangs_below_the_axis():
    svg = drawn([Point("", "", "final", -2.0), Point("", "", "final", 2.0)], "count")
    below, above = (mark.find("rect") for mark in marks(svg, "final"))
    (axis,) = [line for line in svg.iter("line") if line.get("class") == "axis"]
    assert float(below.get("y")) == float(axis.get("y1"))
    assert float(above.get("y")) + float(above.get("height")) == pytest.approx(float(axis.get("y1")))


def test_a_reasons_bar_is_as_long_as_its_share_and_never_longer_than_its_track():
    assert 'width="25.0%"' in share_of(0.25, "counted")
    assert 'width="100.0%"' in share_of(1.5, "counted") and 'width="0.0%"' in share_of(-1, "counted")


def test_a_long_chart_has_its_labels_at_the_newest_end_too_where_it_begins_on_a_phone():
    def long(periods):
        points = [Point(str(n), "", "final", 0.3) for n in range(periods)]
        return over_time("k", "t", "d", points, "share", ["0 %", "10 %", "20 %", "30 %"])

    assert "far" not in long(4)
    assert long(48).count('class="scale far"') == 3 and '<text class="scale far" x="100%"' in long(48)
    assert long(48).index("far") < long(48).index("<circle")  # a mark is never hidden by a label
