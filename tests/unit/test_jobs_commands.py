"""The commands of jobs and the kinds that there are, run as people run them."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from carrel.identity.owner import owner
from carrel.jobs.notices import Notifier
from carrel.model.errors import Unavailable
from carrel.state.store import State
from tests.dump_site import DATE, HISTORY, WIKI, sample, serving
from tests.shared import SAMPLE
from tests.unit.test_cli_administration import Instance

PEOPLE = """\
groups:
  researchers: {gid: 714, description: replicas, members: [ann, etl]}
users:
  ann: {ensure: present, uid: 4001, email: ann@example.org}
  etl: {ensure: present, uid: 901, system: true}
  eve: {ensure: present, uid: 4003, email: eve@example.org}
"""
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).date()
BEFORE = YESTERDAY - timedelta(days=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    made = Instance(Path(tmp_path_factory.mktemp("jobs")) / "home")
    made.carrel("init")
    people = made.home.parent / "people.yaml"
    people.write_text(PEOPLE)
    made.carrel("access", "import", people)
    made.carrel("load", "sql-dump", SAMPLE / "samplewiki-all-tables.sql.gz", "--wiki", "samplewiki")
    (made.home / "jobs").mkdir(mode=0o700)
    made.carrel("job", "pause", "retention", "--reason", "it has a test of its own")
    return made


@pytest.fixture
def instance(made: Instance) -> Iterator[Instance]:
    yield made
    for file in (made.home / "jobs").iterdir():
        file.unlink()


def define(instance: Instance, name: str, kind: str, options: str = "", head: str = "", owner: str = 'owner = "ann"') -> None:
    path = instance.home / "jobs" / f"{name}.toml"
    path.write_text(f'{owner}\nevery = "day"\nkind = "{kind}"\nstart = {BEFORE}\n{head}\n[options]\n{options}\n')
    path.chmod(0o600)


def listed(instance: Instance) -> dict[str, dict[str, Any]]:
    return {line["job"]: line for line in json.loads(instance.carrel("job", "list", "--json").stdout)}


def last(instance: Instance, name: str) -> dict[str, Any]:
    attempt: dict[str, Any] = json.loads(instance.carrel("job", "log", name, "--json").stdout)[0]
    return attempt


COUNT = 'database = "samplewiki"\nsql = "SELECT COUNT(*) AS n FROM page"\n'


def test_a_days_work(instance: Instance) -> None:
    define(instance, "pages", "query", COUNT + 'save = "pages-{day}.tsv"')
    assert (listed(instance)["pages"]["open"], listed(instance)["pages"]["state"]) == (2, "due")
    done = json.loads(instance.carrel("job", "run", "--due", "--json").stdout)
    assert sorted((one["partition"], one["state"], one["attempt"]) for one in done) == [(str(BEFORE), "done", 1), (str(YESTERDAY), "done", 1)]
    file = instance.home / "results" / f"pages-{BEFORE}.tsv"
    assert file.read_text().startswith("n\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = [copy for copy in json.loads(instance.carrel("copy", "list", "--json").stdout) if copy["name"].startswith("results/pages-")]
    assert {(copy["name"], copy["owner"], copy["via"]) for copy in kept} == {
        (f"results/pages-{day}.tsv", "ann", "job:pages") for day in (BEFORE, YESTERDAY)
    }
    assert "nothing is due" in instance.carrel("job", "run", "--due").stdout
    assert listed(instance)["pages"] | {"state": "", "late": None} == {
        "job": "pages", "every": "day", "kind": "query", "owner": "ann", "last done": str(YESTERDAY), "open": 0, "failed": 0, "late": None, "state": "",
    }
    assert "pages" in instance.carrel("job", "list").stdout
    assert "queued 2 of 2" in instance.carrel("job", "backfill", "pages", BEFORE, YESTERDAY).stdout
    instance.carrel("job", "run", "pages", BEFORE)
    attempt = last(instance, "pages")
    assert (attempt["number"], attempt["asked"], attempt["outcome"], attempt["person"]) == (2, "hand", "complete", "ann")
    text = instance.carrel("job", "log", attempt["run"]).stdout
    assert f"pages {BEFORE}  attempt 2 as ann, asked for by" in text
    assert f"1 rows in results/pages-{BEFORE}.tsv" in text
    assert "kept until " in text
    assert list((instance.home / "results").glob(".*")) == []
    again = [copy for copy in json.loads(instance.carrel("copy", "list", "--json").stdout) if copy["name"].startswith("results/pages-")]
    assert len(again) == 2  # the one before it is gone with its file


def test_a_query_is_decided_anew_as_its_owner(instance: Instance) -> None:
    define(instance, "hers", "query", COUNT)
    define(instance, "none", "query", COUNT, owner='owner = "eve"')
    assert instance.carrel("job", "run", "hers").returncode == 0
    refused = instance.carrel("job", "run", "none", ok=False)
    assert refused.returncode != 0
    assert last(instance, "none")["outcome"] == "access_refused"
    assert listed(instance)["none"]["failed"] == 1
    (entry, *_) = json.loads(instance.carrel("audit", "search", "--person", "eve", "--action", "query", "--json").stdout)
    assert (entry["verdict"], entry["service"], entry["via"]) == ("refused", "job", "job:none")


def test_a_group_asks_by_its_system_account(instance: Instance) -> None:
    define(instance, "theirs", "query", COUNT, owner='group = "researchers"')
    instance.carrel("job", "run", "theirs")
    assert last(instance, "theirs")["person"] == "etl"
    instance.carrel("user", "suspend", "etl", "--reason", "holidays")
    assert listed(instance)["theirs"]["state"] == "does not run: `etl` is suspended"
    assert "does not run: `etl` is suspended" in instance.carrel("job", "run", "theirs", ok=False).stderr
    instance.carrel("user", "resume", "etl")


@pytest.mark.parametrize(("options", "words"), [
    (COUNT + 'save = "../pages.tsv"', "leads out of `results/`"),
    (COUNT + 'save = "pages.exe"', "does not end as a form of rows"),
    (COUNT + 'dialect = "cobol"', "is not a dialect"),
    ('sql = "SET @x = 1"\nsave = "x.tsv"', "no statement has rows"),
    ('sql = "SELECT 1; SELECT 2"\nsave = "x.tsv"', "more than one statement has rows"),
])
def test_a_query_that_cannot_be_kept_leaves_nothing(instance: Instance, options: str, words: str) -> None:
    define(instance, "wrong", "query", options, head="retries = 0")
    assert words in instance.carrel("job", "run", "wrong", ok=False).stdout + last(instance, "wrong")["tail"]
    assert not (instance.home / "results" / "x.tsv").exists()
    assert not (instance.home / "pages.tsv").exists()


def test_a_load_waits_for_its_file_and_can_be_run_again(instance: Instance) -> None:
    define(instance, "load", "load", 'source = "sql-dump"\nwiki = "other"\nfiles = ["in/{yyyymmdd}/*.sql.gz"]')
    define(instance, "count", "query", 'database = "other"\nsql = "SELECT COUNT(*) FROM page"', head='needs = ["other.page@{day}"]\nafter = ["load"]')
    instance.carrel("job", "run", "--due", ok=False)
    assert last(instance, "load")["outcome"] == "bad_input"
    assert "tries again at" in listed(instance)["load"]["state"]
    assert listed(instance)["count"]["state"] == "waits for `load`"
    for day in (BEFORE, YESTERDAY):
        folder = instance.home / "in" / f"{day:%Y%m%d}"
        folder.mkdir(parents=True)
        (folder / "all.sql.gz").write_bytes((SAMPLE / "samplewiki-all-tables.sql.gz").read_bytes())
    instance.carrel("job", "backfill", "load", BEFORE, YESTERDAY)
    done = json.loads(instance.carrel("job", "run", "--due", "--json").stdout)
    assert sorted((one["job"], one["state"]) for one in done) == [("count", "done")] * 2 + [("load", "done")] * 2
    assert "loaded into other: " in last(instance, "load")["tail"]
    (entry, *_) = json.loads(instance.carrel("audit", "search", "--person", "ann", "--action", "load", "--json").stdout)
    assert (entry["door"], entry["via"]) == ("job", "job:load")


def test_a_sweep_runs(instance: Instance) -> None:
    define(instance, "sweep", "sweep", head="catch_up = false")
    done = json.loads(instance.carrel("job", "run", "--due", "--json").stdout)
    assert [(one["partition"], one["state"]) for one in done] == [(str(YESTERDAY), "done")]
    assert "open deeds" in last(instance, "sweep")["tail"]


def test_a_sweep_deletes_results_whose_day_has_come(instance: Instance) -> None:
    define(instance, "pages", "query", COUNT + 'save = "old.tsv"')
    instance.carrel("job", "run", "pages")
    (instance.home / "results" / "beside.tsv").write_text("x")
    state = State(f"sqlite:///{instance.home / 'state.sqlite'}")
    with state.write() as connection:
        connection.exec_driver_sql("UPDATE copy SET ends = '2020-01-01' WHERE name = 'results/old.tsv'")
    state.close()
    define(instance, "sweep", "sweep")
    instance.carrel("job", "run", "sweep")
    assert "1 kept results deleted" in last(instance, "sweep")["tail"]
    assert not (instance.home / "results" / "old.tsv").exists()
    assert (instance.home / "results" / "beside.tsv").exists()
    assert "results/old.tsv" not in instance.carrel("copy", "list").stdout


def test_every_home_has_a_job_that_takes_what_has_come_to_its_day(instance: Instance) -> None:
    home, line = instance.home, listed(instance)["retention"]
    assert (line["every"], line["kind"], line["owner"]) == ("hour", "retention", owner(home).person)
    killed = [home / "lake" / ".writing" / "x" / "part-00000.parquet", home / "results" / ".x.tsv.pages.1~", home / "tmp" / "duckdb-999999999-00" / "spill"]
    for file in killed:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    instance.carrel("job", "resume", "retention")
    (one,) = json.loads(instance.carrel("job", "run", "--due", "--json").stdout)
    assert (one["job"], one["state"]) == ("retention", "done")
    assert last(instance, "retention")["tail"].splitlines()[-1] == "0 copies and 0 kept results gone"
    assert not any(file.exists() for file in killed)
    assert instance.carrel("job", "run", "--due").stdout == "nothing is due\n"
    instance.carrel("job", "pause", "retention", "--reason", "it has had its test")


def test_a_warning_that_cannot_be_given_keeps_nothing_from_going(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise Unavailable("nobody takes it")

    monkeypatch.setattr(Notifier, "run", broken)
    instance.carrel("job", "resume", "retention")
    assert "nobody takes it" in instance.carrel("job", "run", "retention", ok=False).stdout + last(instance, "retention")["tail"]
    assert last(instance, "retention")["tail"].splitlines()[0] == "0 copies and 0 kept results gone"
    instance.carrel("job", "pause", "retention", "--reason", "it has had its test")


def test_a_fetch_keeps_what_is_there(instance: Instance) -> None:
    define(instance, "fetch", "fetch", f'wiki = "{WIKI}"\njobs = ["metahistory7zdump"]')
    settings = instance.home / "carrel.toml"
    before = settings.read_text()
    with serving(sample()) as site:
        settings.write_text(f'[dumps]\nsites = ["{site.url}"]\nreserve_mb = 0\n')
        instance.carrel("job", "run", "fetch", BEFORE)
        assert last(instance, "fetch")["tail"] == f"{WIKI} {DATE}: 3 fetched, 0 there already, 0 failed"
        instance.carrel("job", "run", "fetch")
        assert last(instance, "fetch")["tail"] == f"{WIKI} {DATE}: 0 fetched, 3 there already, 0 failed"
    settings.write_text(before)
    (entry, *_) = json.loads(instance.carrel("audit", "search", "--person", "ann", "--action", "dump_fetch", "--json").stdout)
    assert entry["finish"]["outcome"] == "complete"
    assert entry["door"] == "job"
    assert entry["details"]["files"] == sorted(HISTORY)


def test_a_pause_has_a_reason_and_is_on_record(instance: Instance) -> None:
    define(instance, "calm", "sweep")
    before = len(json.loads(instance.carrel("audit", "search", "--action", "job_pause", "--json").stdout))
    instance.carrel("job", "pause", "calm", "--reason", "the disk is being changed")
    assert listed(instance)["calm"]["state"].endswith("the disk is being changed")
    assert "paused by" in instance.carrel("job", "run", "calm", ok=False).stderr
    assert instance.carrel("job", "pause", "calm", "--reason", "again", ok=False).returncode == 10
    instance.carrel("job", "resume", "calm")
    assert instance.carrel("job", "resume", "calm", ok=False).returncode == 10
    assert len(json.loads(instance.carrel("audit", "search", "--action", "job_pause", "--json").stdout)) == before + 2


def test_wrong_words_are_told(instance: Instance) -> None:
    define(instance, "calm", "sweep")
    (instance.home / "jobs" / "bad.toml").write_text("owner = 1\n")
    assert "bad.toml:1: `owner` is not a text" in listed(instance)["bad"]["state"]
    for arguments, words in (
        (("run", "nothing"), "there is no job `nothing`"), (("run", "bad"), "is not a text"), (("log", "nothing"), "there is no job"),
        (("run", "calm", "yesterday"), "is not a partition"), (("run", "calm", "2999-01-01"), "has not ended"),
        (("backfill", "calm", YESTERDAY, BEFORE), "are not partitions of `calm` that have ended"), (("run",), "give the NAME of a job"),
    ):
        result = instance.carrel("job", *arguments, ok=False)
        assert result.returncode != 0
        assert words in result.stderr
