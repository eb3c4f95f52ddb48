"""Several processes write at once, on either database: the log keeps one order, and of two who save one is told."""

import json
import os
import subprocess
import sys

import pytest
from processes import PLACES

from pejling.facts.store import Store, create

SET_UP = """
import django, sys
django.setup()
from pejling.agreements import audit, contracts
from pejling.steering.contracts import Contract, OverallGoal
from pejling.steering.possible import ANY
"""
BEGIN = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
version = contracts.begin("one", Contract(unit="a", unit_name="A", upper="b", upper_name="B", year=2010))
print(version.pk)
"""
WRITE = """
from pejling.agreements.models import Version
version, me = Version.objects.get(pk=sys.argv[1]), sys.argv[2]
told = 0
for number in range(15):
    seen = Version.objects.get(pk=version.pk)
    try:
        said = contracts.content(seen).model_copy(update={"purpose": f"{me} {number}"})
        contracts.save(me, seen, seen.revision, said, [])
    except contracts.Overtaken:
        told += 1
    contracts.put_overall(me, me, OverallGoal(indicator="x", year=2000 + number, count=number), 0, ANY)
print(told)
"""
READ = """
import json
from pejling.agreements.models import Entry, Version
from pejling.agreements.states import NOW
from django.conf import settings
print(json.dumps({
    "entries": Entry.objects.count(), "revision": Version.objects.get().revision,
    "broken": [str(each) for each in audit.verify(audit.anchors(settings.ANCHOR), NOW)],
    "anchors": len(audit.anchors(settings.ANCHOR)),
}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_the_log_keeps_one_order_and_no_save_is_lost(database, request, tmp_path):
    url = request.getfixturevalue("postgres")() if database == "postgres" else ""
    create(Store(tmp_path))
    environment = {
        **os.environ, "PYTHONPATH": PLACES, "PEJLING_HOME": str(tmp_path), "PEJLING_DATABASE": url,
        "DJANGO_SETTINGS_MODULE": "pejling.config.settings",
    }  # fmt: skip

    def begun(program: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", SET_UP + program, *arguments]
        return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE)

    version = begun(BEGIN).communicate(timeout=120)[0].strip()
    writers = [begun(WRITE, version, name) for name in ("anna", "bo")]
    told = sum(int(writer.communicate(timeout=120)[0]) for writer in writers)
    found = json.loads(begun(READ).communicate(timeout=120)[0])
    saved = 30 - told
    assert found["broken"] == []
    assert found["revision"] == 1 + saved  # every save that nobody was told of is there
    assert found["entries"] == found["anchors"] == 1 + saved + 30
