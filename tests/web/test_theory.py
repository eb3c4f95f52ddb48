"""The picture of a theory of change: everything in it, readable on a phone, and nothing crossing a name."""

from xml.etree import ElementTree

from drawn import draws
from hypothesis import given, settings
from hypothesis import strategies as st

from pejling.web.theory import LETTERS, Spot, Step, _lanes, drawn, wrapped

BANDS = ("Activity", "Result", "Effect")
SPOTS = [
    Spot("a", "Talks held in time", 0, False),
    Spot("b", "Fast exit", 1, False),
    Spot("c", "Lasting exit", 2, True),
]
STEPS = [Step(1, "a", "b", "a to b"), Step(2, "a", "c", "a to c"), Step(3, "b", "c", "b to c")]


def picture(spots=SPOTS, steps=STEPS) -> ElementTree.Element:
    return ElementTree.fromstring(drawn("key", "Title", "Description", BANDS, spots, steps))


def texts(svg: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in svg.iter("text")]


def test_every_indicator_band_and_step_is_in_the_picture():
    svg = picture()
    assert {"Talks held in time", "Fast exit", "Lasting exit", *BANDS, "1", "2", "3"} <= set(texts(svg))
    assert next(title.text for title in svg.iter("title")) == "Title"
    assert svg.get("role") == "img"
    assert len([path for path in svg.iter("path") if path.get("class") == "head"]) == 3
    assert len([circle for circle in svg.iter("circle") if circle.get("class") == "ring"]) == 1


def test_names_stand_right_of_every_lane_and_below_each_other():
    svg = picture()
    names = [text for text in svg.iter("text") if text.get("class") is None]
    lanes = [circle for circle in svg.iter("circle") if circle.get("class") == "number"]
    assert max(float(lane.get("cx")) + 9.5 for lane in lanes) < min(float(name.get("x")) for name in names)
    heights = [float(name.get("y")) for name in names]
    assert heights == sorted(heights)
    assert float(svg.get("height")) > heights[-1]


def test_a_name_cannot_become_markup():
    hostile = '<script>alert("x")</script>'
    svg = drawn("key", hostile, hostile, [hostile] * 3, [Spot("a", hostile, 0, True)], [])
    assert "<script" not in svg
    assert "style=" not in svg


@given(st.text(st.characters(categories=["L", "Zs"]), max_size=120))
def test_a_name_is_wrapped_to_a_phone_and_loses_no_letter(name):
    lines = wrapped(name)
    assert all(len(line) <= LETTERS for line in lines)
    assert "".join("".join(lines).split()).replace("-", "") == "".join(name.split())


@settings(max_examples=draws(60), deadline=None)
@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]), max_size=12))
def test_no_two_steps_that_meet_share_a_lane(pairs):
    spots = [Spot(str(n), str(n), 0, False) for n in range(8)]
    steps = [Step(number, str(a), str(b), "") for number, (a, b) in enumerate(sorted(pairs))]
    lanes = _lanes(spots, steps)
    assert set(lanes) == {step.number for step in steps}
    for one in steps:
        for other in steps:
            if one.number < other.number and lanes[one.number] == lanes[other.number]:
                assert int(one.end) < int(other.start) or int(other.end) < int(one.start)
