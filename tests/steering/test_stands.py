"""What is demanded of a unit's stand, and of nobody else's."""

import pytest

from pejling.steering.possible import FROM_NOTHING, SHARE
from pejling.steering.stands import Adjustment, Stand, Written, lacks

KNOWN = {"exit": SHARE, "talks": SHARE, "cost": FROM_NOTHING}
SAID = Adjustment(what="Ring within a week", indicator="talks", change=0.05, by="2009-12")


def adjusting(**changes):
    return Stand(indicator="exit", choice="adjust", reason="r", adjustment=SAID.model_copy(update=changes))


CASES = [
    ("nothing is demanded where nothing changed", (), (), []),
    ("a signal asks for a stand", (), ("exit",), ["no_stand"]),
    ("and for a reason", (Stand(indicator="exit", choice="keep"),), ("exit",), ["no_reason"]),
    ("blanks are no reason", (Stand(indicator="exit", choice="keep", reason="  "),), ("exit",), ["no_reason"]),
    ("a stand with a reason is enough", (Stand(indicator="exit", choice="stop", reason="r"),), ("exit",), []),
    ("no reason is asked for without a signal", (Stand(indicator="exit", choice="keep"),), (), []),
    ("an adjustment says what is adjusted", (Stand(indicator="exit", choice="adjust", reason="r"),), (),
     ["no_adjustment"]),
    ("a whole adjustment", (adjusting(),), ("exit",), []),
    ("expects some change", (adjusting(change=0.0),), (), ["no_change"]),
    ("later than now", (adjusting(by="2009-06"),), (), ["past"]),
    ("a share by no more than all", (adjusting(change=2.0),), (), ["too_much"]),
    ("nor less than nothing", (adjusting(change=-1.01),), (), ["too_much"]),
    ("a share by as much as all", (adjusting(change=-1.0),), (), []),
    ("a cost by what it may", (adjusting(indicator="cost", change=-20000.0),), (), []),
    ("in something measured", (adjusting(indicator="gone"),), (), ["unknown_indicator"]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "stands", "demanded", "expected"), CASES, ids=[case[0] for case in CASES])
def test_what_lacks(what, stands, demanded, expected):
    assert [lack.what for lack in lacks(Written(stands=stands), demanded, KNOWN, "2009-06")] == expected


def test_a_figure_changes_from_where_it_is_to_the_end_of_what_it_can_be():
    assert SHARE.change(0.25).holds(0.75) and not SHARE.change(0.25).holds(0.76)
    assert FROM_NOTHING.change(8).holds(-8) and FROM_NOTHING.change(8).holds(1000)
    assert not FROM_NOTHING.change(8).holds(-9)
