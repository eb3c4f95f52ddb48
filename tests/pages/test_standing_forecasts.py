"""Of how many stand jobless in the example: what a month's status said of the year, held to what the year came to."""

from contextlib import closing

import pytest

from pejling.facts.store import Store, connect

YEARS = (1996, 1997, 1998)
STOCKS = ("average_jobless", "jobless_stock")


@pytest.fixture(scope="module")
def ground(northern_ireland):
    from pejling.pages.ground import ground

    with closing(connect(Store(northern_ireland), read_only=True)) as connection:
        yield ground(connection, {})


def held(ground, key, *, levels):
    """In March, June and September: how many years of all units came out within the interval, and of how many."""
    from pejling.pages.status_figures import gather
    from pejling.steering.goal_status import goal_status

    indicator, units, inside = ground.indicator(key), list(ground.units), []
    for year in YEARS:
        came = {figure.unit: figure.value for figure in ground.figures(key, units, [str(year)])}
        for month in (f"{year}-{n:02}" for n in (3, 6, 9)):
            for (_, unit), found in gather(ground, [indicator], units, month).items():
                goal = goal_status(
                    indicator, "fp", month, found.figures, cadence=found.cadence, of=("", ""), levels=levels
                )  # fmt: skip
                inside.append(goal.forecast.low <= came[unit] <= goal.forecast.high)
    return sum(inside), len(inside)


@pytest.mark.parametrize("key", STOCKS)
def test_four_years_in_five_come_out_within_the_interval(ground, key):
    now, of = held(ground, key, levels=True)
    before, _ = held(ground, key, levels=False)
    assert of == 54 and 0.7 <= now / of <= 0.9
    assert before / of < 0.1  # why it was changed


def test_a_status_of_an_earlier_form_is_made_as_it_was(ground):
    from pejling.pages.status import statuses
    from pejling.steering.status import FORM, Agreed

    def said(form):
        (status,) = statuses(ground, {"NI": Agreed(form=form)}, "1998-06").values()
        return {goal.indicator: goal.forecast for goal in status.goals}

    third, now = said(3), said(FORM)
    assert (third["average_jobless"].basis, now["average_jobless"].basis) == ("process", "level")
    assert third["average_jobless"].high < 71 < now["average_jobless"].value  # June itself had 71, the year 77
    del third["average_jobless"], now["average_jobless"]
    assert third == now
