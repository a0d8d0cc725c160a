"""Scripts as people have written them for mwxml print the same with one import changed, with the native reader and without."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from carrel.io.streams import open_stream
from tests.shared import shared_path

EDITS_PER_USER = """
import mwxml, sys
from collections import Counter

edits = Counter()
dump = mwxml.Dump.from_file(open(sys.argv[1]))
print(dump.site_info.name, dump.site_info.dbname)
for page in dump:
    if page.redirect or page.namespace != 0:
        continue
    for revision in page:
        if revision.user is not None and not revision.deleted.user:
            edits[revision.user.id, revision.user.text] += 1
for (number, name), count in edits.most_common():
    print(number, name, count, sep="\\t")
"""

METADATA = """
import bz2, mwxml, sys

with bz2.open(sys.argv[2], "rt") as file:
    dump = mwxml.Dump.from_file(file)
    names = {namespace.id: namespace.name for namespace in dump.site_info.namespaces}
    for page in dump.pages:
        for revision in page:
            print(page.id, repr(page.title), names[page.namespace], page.redirect, page.restrictions, revision.id, revision.parent_id,
                  revision.timestamp, revision.timestamp.unix(), revision.minor, repr(revision.comment), revision.sha1, revision.bytes,
                  revision.model, revision.format, len(revision.text or ""), revision.page.title == page.title, sep="\\t")
"""

DOCUMENTS = """
import json, mwxml, sys

for page in mwxml.Dump.from_file(open(sys.argv[1], encoding="utf-8", errors="replace")):
    for revision in page:
        doc = revision.to_json()
        doc["page"] = revision.page.to_json()
        print(json.dumps(doc, sort_keys=True, ensure_ascii=False))
"""

PARALLEL = """
import mwxml, sys

def links(dump, path):
    for page in dump:
        for revision in page:
            yield path.rpartition("/")[2], page.title, revision.id, (revision.text or "").count("[[")

found = sorted(mwxml.map(links, sys.argv[1:], threads=2))
print(len(found), *found, sep="\\n")
"""

GAPS = """
import mwxml, sys

with open(sys.argv[1], "rb") as file:
    for page in mwxml.Dump.from_file(file):
        last, seen = None, {}
        for revision in page:
            stamp = revision.timestamp
            if last is not None:
                print(page.title, revision.id, stamp - last, stamp > last, (last + 60).long_format(), stamp.strftime("%Y-%m"), f"{stamp:%H}")
            if revision.sha1 in seen:
                print("revert to", seen[revision.sha1], "at", stamp.short_format(), int(stamp), repr(stamp))
            seen[revision.sha1] = revision.id
            last = stamp
"""

SLOTS = """
import mwxml, sys

dump = mwxml.Dump.from_file(open(sys.argv[1]))
page = next(dump)
revision = next(page)
print(page.id, revision.id, dump.site_info.generator)
for item in dump.items:
    for revision in item:
        for role, content in revision.slots.contents.items():
            print(item.id, revision.id, role, content.model, content.format, content.bytes, content.sha1, content.deleted, content.location)
            break
    print(item)
    break
"""

SCRIPTS = {"edits per user": EDITS_PER_USER, "metadata": METADATA, "documents": DOCUMENTS, "parallel": PARALLEL, "gaps": GAPS, "slots": SLOTS}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_prints_the_same(name: str, tmp_path: Path) -> None:
    history = tmp_path / "history.xml"
    packed = shared_path("data/1-xml-dumps/aawiki-20260101/aawiki-20260101-pages-meta-history.xml.7z")
    with open_stream(packed) as stream, history.open("wb") as out:
        while data := stream.read(1 << 20):
            out.write(data)
    current = shared_path("data/1-xml-dumps/aawiki-20260101/aawiki-20260101-pages-meta-current.xml.bz2")
    script = SCRIPTS[name]
    theirs = _run(script, history, current)
    changed = script.replace("import mwxml", "import carrel.dumps as mwxml").replace(", mwxml", ", carrel.dumps as mwxml")
    assert changed != script
    assert len(theirs) > 50
    assert _run(changed, history, current) == theirs
    assert _run(changed, history, current, pure="1") == theirs




def _run(script: str, *paths: Path, pure: str = "0") -> str:
    environment = {**os.environ, "CARREL_PURE": pure, "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", script, *map(str, paths)], capture_output=True, text=True, check=False, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout
