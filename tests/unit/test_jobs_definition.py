"""Definitions of jobs: what a file may say, and where it is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest

from carrel.jobs import partitions
from carrel.jobs.definition import KINDS, read
from carrel.jobs.folder import read_all
from carrel.model.errors import BadInput, NotFound
from carrel.model.jobs import Every
from carrel.plugins import names

HEAD = 'owner = "ann"\nevery = "day"\nkind = "sweep"\nstart = 2026-11-01\n'


def write(home: Path, text: str, name: str = "j") -> Path:
    path = home / "jobs" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_a_whole_definition_is_read_and_filled(tmp_path: Path) -> None:
    job = read(write(tmp_path, """
owner = "etl"
group = "researchers"
every = "hour"
kind = "query"
start = 2026-11-01T05:00:00+02:00
after = ["fetch"]
needs = ["enwiki.page", "enwiki.revision@{day}"]
retries = 5
back_off_s = 10
timeout_s = 20
late_after_s = 30
catch_up = false

[parameters]
wiki = "enwiki"
stamp = "{day}/{hour}"

[options]
sql = "SELECT '{stamp}', '{since14}', '{until14}', JSON_EXTRACT('{\\"a\\": 1}', '$.a') FROM {wiki}.page"
save = "{wiki}-{partition}.tsv"
"""))
    assert (job.owner, job.group, job.every, job.after, job.retries, job.catch_up) == ("etl", "researchers", Every.HOUR, ("fetch",), 5, False)
    assert job.start == datetime(2026, 11, 1, 3, tzinfo=UTC)
    assert [str(need) for need in job.needs] == ["enwiki.page", "enwiki.revision@{day}"]
    filled = job.filled(datetime(2026, 11, 24, 7, tzinfo=UTC))
    assert filled["save"] == "enwiki-2026-11-24T07.tsv"
    assert filled["sql"] == (
        "SELECT '2026-11-24/07', '20261124070000', '20261124080000', JSON_EXTRACT('{\"a\": 1}', '$.a') FROM enwiki.page"
    )


@pytest.mark.parametrize(("text", "line", "reason"), [
    (HEAD + "retries = -1\n", 5, "`retries` is not between 0"),
    (HEAD + "timeout_s = 0\n", 5, "`timeout_s` is not between 1"),
    (HEAD + "retries = true\n", 5, "`retries` is not a whole number"),
    (HEAD + "colour = 1\n", 5, "unknown key `colour`: one of owner,"),
    (HEAD + "after = [1]\n", 5, "`after` is not a list of texts"),
    (HEAD + 'needs = ["enwiki"]\n', 5, "`enwiki` is not a table"),
    (HEAD.replace('"day"', '"week"'), 2, "`week` is not `day` or `hour`"),
    (HEAD.replace('"sweep"', '"dance"'), 3, "there is no kind `dance`: one of fetch, load, query, retention, sweep"),
    (HEAD.replace("2026-11-01", "2026-11-01T01:00:00"), 4, "`start` is not midnight, UTC"),
    (HEAD.replace("start = 2026-11-01\n", ""), 3, "`start` is missing"),
    (HEAD.replace('owner = "ann"\n', ""), 3, "neither `owner` nor `group`"),
    (HEAD + "\n[options]\nx = 1\n", 7, "the kind `sweep` has no option `x`"),
    (HEAD.replace("sweep", "query") + "\n[options]\ndatabase = \"w\"\n", 6, "needs the option `sql`"),
    (HEAD.replace("sweep", "query") + "\n[options]\nsql = 1\n", 7, "`sql` is not a text"),
    (HEAD.replace("sweep", "query") + '\n[options]\nsql = "SELECT {hour}"\n', 7, "`{hour}` stands for nothing: one of day,"),
    (HEAD + '\n[parameters]\nx = "{y}"\n', 7, "`{y}` stands for nothing"),
    (HEAD + "\n[parameters]\nx = 1.5\n", 7, "neither a text nor a whole number"),
    (HEAD + "x =\n", 5, "not TOML"),
])
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(BadInput) as caught:
        read(path)
    assert (caught.value.file, caught.value.line) == (str(path), line)
    assert reason in caught.value.reason


def test_a_file_that_others_may_write_is_not_read(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD)
    read(path)
    path.chmod(0o620)
    with pytest.raises(BadInput, match="others than the owner of the home may write it"):
        read(path)


def test_one_wrong_file_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    write(tmp_path, HEAD, "good")
    write(tmp_path, "x", "bad")
    write(tmp_path, HEAD, "Bad Name")
    write(tmp_path, HEAD + 'after = ["b"]\n', "a")
    write(tmp_path, HEAD + 'after = ["good", "a"]\n', "b")
    found = read_all(tmp_path)
    assert (set(found.jobs), set(found.broken)) == ({"good", "retention"}, {"bad", "Bad Name", "a", "b"})
    assert "waits for itself: a after b after a" in found.broken["a"].text
    with pytest.raises(BadInput):
        found.job("bad")
    with pytest.raises(NotFound):
        found.job("none")


def test_a_file_takes_the_place_of_a_job_that_every_home_has_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    write(tmp_path, "x", "retention")
    found = read_all(tmp_path)
    assert (found.jobs["retention"].house, set(found.broken)) == (True, {"retention"})
    write(tmp_path, HEAD, "retention")
    found = read_all(tmp_path)
    assert (found.jobs["retention"].house, found.broken) == (False, {})


def test_partitions_are_written_and_read() -> None:
    since = datetime(2026, 11, 24, 7, tzinfo=UTC)
    assert partitions.parsed(Every.HOUR, partitions.written(Every.HOUR, since)) == since
    assert partitions.overlapping(Every.DAY, since, since.replace(hour=8)) == [since.replace(hour=0)]
    assert len(partitions.overlapping(Every.HOUR, since.replace(hour=0), since.replace(day=25, hour=0))) == 24
    assert partitions.newest(Every.HOUR, since.replace(minute=59)) == since.replace(hour=6)
    for text in ("2026-11-24", "yesterday"):
        with pytest.raises(BadInput, match="is not a partition of a job of every hour"):
            partitions.parsed(Every.HOUR, text)


@pytest.mark.parametrize("kind", names(KINDS))
def test_every_kind_says_what_it_may_be_told(kind: str) -> None:
    module = import_module(f"{KINDS}.{kind}")
    assert module.__doc__.startswith(f"`{kind}`: ")
    assert all(option.help.endswith(".") for option in module.OPTIONS)
    assert callable(module.Kind.run)
