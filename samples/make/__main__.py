"""Makes the sample wikis: `python -m samples.make OUTPUT`, from the root of the checkout, by a MediaWiki and a MariaDB of its own in a temporary folder."""

from __future__ import annotations

import bz2
import gzip
import json
import sys
import tempfile
from pathlib import Path

from samples.make.answers import answers, must_not_leak, must_show
from samples.make.api import Api
from samples.make.farm import Farm, Wiki
from samples.make.story import BEGIN, DAY, DAYS, Story, extension_of_our_own, tell_private

PUBLIC = Wiki(name="samplewiki", title="Halleran Library")
PRIVATE = Wiki(name="arbcomwiki", title="Halleran Committee", private=True)
END = BEGIN + DAYS * DAY
DUMP = ["--opt", "--quick", "--skip-lock-tables", "--hex-blob", "--skip-dump-date"]
WITHOUT_ROWS = ("objectcache", "l10n_cache", "searchindex", "module_deps", "updatelog", "job")
"""Tables of caches: nothing of the story is in them."""


def main(output: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="carrel-samples-") as folder, Farm(Path(folder)) as farm:
        for wiki in (PUBLIC, PRIVATE):
            farm.install(wiki)
        story = Story(Api(farm.serve(PUBLIC)))
        story.tell()
        tell_private(Api(farm.serve(PRIVATE)))
        print(f"{len(story.edits)} edits, {len(story.pages)} articles; not accepted: {story.refusals}")
        with farm.connect(PUBLIC.name) as connection, connection.cursor() as cursor:
            for statement in extension_of_our_own(story.seed):
                cursor.execute(statement)
        for wiki in (PUBLIC, PRIVATE):
            farm.run(wiki, "runJobs.php", at=END)
            farm.run(wiki, "initSiteStats.php", "--update", at=END)
            _write(output / f"{wiki.name}-all-tables.sql.gz", farm.dump(wiki, [*DUMP, *(f"--ignore-table-data={wiki.name}.{table}" for table in WITHOUT_ROWS)]))
        _exports(farm, Path(folder), output)
        with farm.connect(PUBLIC.name) as public, farm.connect(PRIVATE.name) as private:
            words = must_not_leak({PUBLIC.name: public, PRIVATE.name: private}, PUBLIC.name)
            expected = {"wiki": PUBLIC.name, **answers(public, WITHOUT_ROWS), "must_not_leak": words, "must_show": must_show(public), "tables_at_least": 15}
        (output / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")


def _exports(farm: Farm, folder: Path, output: Path) -> None:
    for version, suffix in (("0.11", "gz"), ("0.10", "bz2")):
        made = folder / f"{version}.xml"
        farm.run(PUBLIC, "dumpBackup.php", "--quiet", "--full", f"--schema-version={version}", f"--output=file:{made}", at=END)
        _write(output / f"{PUBLIC.name}-pages-meta-history-{version}.xml.{suffix}", made.read_bytes())


def _write(file: Path, data: bytes) -> None:
    file.write_bytes(bz2.compress(data) if file.suffix == ".bz2" else gzip.compress(data, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
