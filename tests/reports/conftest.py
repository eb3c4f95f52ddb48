import pytest


@pytest.fixture(scope="module", autouse=True)
def decisions(own_decisions):
    """What one file of these tests decides, no other meets."""
