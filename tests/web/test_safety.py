"""What holds of every page, whoever reads it: it asks nothing of anybody else, and a browser keeps none of it."""

import re

import pytest
from web.conftest import signed_in
from web.test_every_address_as_every_role import EXPECTED, FIGURES

NO_PAGES = ("live", "contracts_xlsx", "status_file", "open_file")
PAGES = [
    address
    for name, (address, readers, _) in EXPECTED.items()
    if "director" in readers and "{" not in address and name not in NO_PAGES
]
pytestmark = pytest.mark.xdist_group("released")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_runs_nothing_but_our_own_and_asks_nobody_else(released, address):
    answer = signed_in("director").get(address, follow=True)
    policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'" and policy["object-src"] == "'none'" and policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'" and policy["form-action"] == "'self'"
    assert not any("unsafe" in value or "http" in value or "*" in value for value in policy.values())
    html = answer.content.decode()
    assert re.findall(r'(?:src|href|action|srcset|data)="(?:https?:)?//[^"]*"', html) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|\son\w+=\"|\sstyle=\"|<style|javascript:", html) == []
    assert answer["Cache-Control"] == "no-store" and answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin" and answer["X-Content-Type-Options"] == "nosniff"


def test_the_session_is_a_working_day_and_no_script_reads_it(released):
    from django.conf import settings

    assert "director" in FIGURES
    client = signed_in("director")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert settings.SESSION_COOKIE_HTTPONLY and settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    assert settings.SESSION_COOKIE_SAMESITE == "Lax" and settings.SESSION_COOKIE_AGE <= 8 * 3600
    assert len(cookie.value) >= 32
    assert settings.AXES_FAILURE_LIMIT <= 5 and not settings.DEBUG
