"""An analyst cannot tell the MySQL door from a MariaDB that holds what they may see: the same questions through the same client, compared byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.door_questions import DIALECT, WIKIS, Question, generated, written
from tests.door_twin import Answer, by_client, command_for, command_of, declared, fill
from tests.instance import Instance
from tests.mysql_server import MariaDb
from tests.mysql_wire import Wire
from tests.shared import SAMPLE, shared_path

pytestmark = pytest.mark.system

WHO = "ines"
SAMPLEWIKI = SAMPLE / "samplewiki-all-tables.sql.gz"
FIELDS = ("table", "org_table", "name", "org_name", "charset", "length", "type", "decimals")
NUMBERS = {1, 2, 3, 4, 5, 8, 9, 13, 16, 246}
TIMES = {7, 10, 12}
REFUSED = {"both": (True, True), "words": (True, True), "refused": (False, True), "answered": (True, False)}
"""By expectation: whether MariaDB and the door refuse."""


@dataclass
class Pair:
    instance: Instance
    maria: MariaDb

    def answers(self, questions: list[Question], wiki: str) -> list[tuple[Question, Answer, Answer]]:
        """Each question with MariaDB's answer and ours."""
        texts = [question.sql for question in questions]
        theirs = by_client(command_of(self.maria, wiki), texts)
        ours = by_client(command_for(self.instance, WHO, wiki), texts)
        return list(zip(questions, theirs, ours, strict=True))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder: Path = tmp_path_factory.mktemp("differential")
    wikis = {"samplewiki": SAMPLEWIKI, "enwiki": shared_path("world/dev/private/enwiki-all-tables.sql.gz")}
    with Instance(folder / "home") as instance, MariaDb() as maria:
        instance.setup()
        for wiki, dump in wikis.items():
            instance.load(dump, wiki)
        instance.serve("mysql")
        filled = fill(instance, WHO, maria, wikis)
        assert all({"page", "revision", "user", "logging", "recentchanges"} <= set(tables) for tables in filled.values())
        yield Pair(instance, maria)


def rows(out: bytes, *, ordered: bool) -> list[bytes]:
    """Lines with the heading first; without an order of the asker's, in one of ours."""
    lines = out.split(b"\n")
    return lines if ordered else lines[:1] + sorted(lines[1:])


def problem(question: Question, theirs: Answer, ours: Answer) -> str | None:
    refused = (theirs.error is not None, ours.error is not None)
    wanted = REFUSED.get(question.expected, (False, False))
    if refused != wanted:
        return f"{question.sql}\n    refused {refused}, expected {wanted}: {theirs.error} {ours.error}"
    if question.expected == "both" and theirs.error != ours.error:
        return f"{question.sql}\n    {theirs.error} and {ours.error}"
    if question.expected in REFUSED:
        return None
    if question.expected == "differs":
        equal = ours.out.split(b"\n")[0] == theirs.out.split(b"\n")[0] and ours.out.count(b"\n") == theirs.out.count(b"\n")
        return None if equal else f"{question.sql}\n    heading or number of rows"
    expected, got = (rows(answer.out, ordered=question.ordered) for answer in (theirs, ours))
    if expected == got:
        return None
    first = [(a.decode(errors="replace"), b.decode(errors="replace")) for a, b in zip(expected, got, strict=False) if a != b][:2]
    return f"{question.sql}\n    {len(expected)} and {len(got)} lines; first {first}"


@pytest.mark.parametrize(("wiki", "corpus"), [("samplewiki", WIKIS), ("enwiki", WIKIS), ("enwiki", DIALECT)], ids=["samplewiki", "enwiki", "dialect"])
def test_answers_are_mariadbs_byte_for_byte(pair: Pair, wiki: str, corpus: Path) -> None:
    found = pair.answers(written(corpus), wiki)
    problems = [text for one in found if (text := problem(*one))]
    assert not problems, "\n".join(problems)
    unordered = [(theirs, ours) for question, theirs, ours in found if question.expected == "equal" and not question.ordered]
    other_order = [1 for theirs, ours in unordered if theirs.out != ours.out]
    assert len(other_order) <= len(unordered) // 10  # where nothing is asked, rows come in the key's order, and MariaDB mostly has that too


@pytest.mark.parametrize("wiki", ["samplewiki", "enwiki"])
def test_combinations_of_what_analysts_write_are_answered_alike(pair: Pair, wiki: str) -> None:
    problems = [text for one in pair.answers(list(generated(150, seed=10)), wiki) if (text := problem(*one))]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("option", "step"), [("--table", 1), ("--vertical", 8), ("--raw", 8), ("-N", 8), ("--html", 8)])
def test_other_looks_of_answers_are_mariadbs_too(pair: Pair, option: str, step: int) -> None:
    """A table is drawn as wide as the door's word on NULL makes it."""
    questions = [question for question in written(WIKIS) if question.expected == "equal" and question.ordered][::step]
    texts = [question.sql for question in questions]
    theirs = by_client(command_of(pair.maria, "samplewiki"), texts, option)
    ours = by_client(command_for(pair.instance, WHO, "samplewiki"), texts, option)
    assert [answer.out for answer in ours] == [answer.out for answer in theirs]


def family(code: int) -> str:
    return "number" if code in NUMBERS else "time" if code in TIMES else "text"


OTHER_FAMILIES = {"MIN(cl_timestamp)", "MAX(cl_timestamp)"}
"""A TIMESTAMP is kept as text, and what is computed of it is told as text."""


def test_columns_are_called_and_typed_as_mariadb_does(pair: Pair) -> None:
    credential = pair.instance.credential(WHO)
    with pair.maria.wire(database="samplewiki") as theirs, Wire(int(credential["port"]), timeout=60.0) as ours:
        assert ours.login(credential["user"], credential["password"], database="samplewiki")[0] == 0
        wrong = []
        for question in written(WIKIS):
            if question.expected != "equal" or question.sql.startswith(("SHOW", "SET")) or "NULL" in question.sql:
                continue
            expected, got = ([(column.name, family(column.type)) for column in wire.query(question.sql)[-1].columns] for wire in (theirs, ours))
            wrong += [(question.sql, a, b) for a, b in zip(expected, got, strict=True) if a != b and a[0] not in OTHER_FAMILIES]
    assert not wrong


def test_columns_of_a_table_are_listed_as_mariadb_lists_them(pair: Pair) -> None:
    """COM_FIELD_LIST, of which the client completes names; a masked column may be NULL, and its default is not told."""
    credential = pair.instance.credential(WHO)
    with pair.maria.wire() as theirs, Wire(int(credential["port"]), timeout=60.0) as ours:
        assert ours.login(credential["user"], credential["password"], database="samplewiki")[0] == 0
        compared = 0
        for statement in ("CREATE DATABASE declared CHARACTER SET binary", "USE declared", *declared(SAMPLEWIKI).values()):
            assert theirs.query(statement)[0].error is None, statement
        for table in declared(SAMPLEWIKI):
            expected, got = theirs.fields(table), ours.fields(table)
            assert isinstance(expected, list)
            if isinstance(got, tuple):
                continue
            for one, other in zip(expected, got, strict=True):
                assert [getattr(other, field) for field in FIELDS] == [getattr(one, field) for field in FIELDS]
                assert other.default in (one.default, None), (table, one.name)
                compared += 1
        assert compared > 200
