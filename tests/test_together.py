"""What is marked to run in one process does: a version of pytest that xdist cannot mark takes no notice, and says so
nowhere.
"""

import os

import pytest

pytestmark = pytest.mark.xdist_group("together")


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="all run in one process anyway")
def test_a_group_stands_in_the_name_that_xdist_goes_by(request):
    assert request.node.nodeid.endswith("@together")
