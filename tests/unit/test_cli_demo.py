"""The demo's own parts: what it expects, what it compares, and which folders it will not touch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from carrel.cli import carrel
from carrel.cli._demo import sample, walk
from carrel.cli._demo.clients import Got
from carrel.cli._demo.scene import MARK, Guest, Scene
from carrel.model.errors import Conflict

EXPECTED = sample.expected()
PERSON = sample.Person(name="ines", group="researchers", reads=True)
GUEST = Guest(person=PERSON, cnf=Path("ines.cnf"), netrc=Path("ines.netrc"), secret="-", password="-")
SCENE = Scene(home=Path("home"), host="127.0.0.1", ports={}, guests=(GUEST,))


class Parrot:
    """Answers as it was told, whatever is asked."""

    name = "parrot"
    many = True

    def __init__(self, answers: dict[str, Got], otherwise: Got) -> None:
        self.answers = answers
        self.otherwise = otherwise

    def missing(self) -> str | None:
        return None

    def ask(self, scene: Scene, guest: Guest, database: str, statements: Sequence[str]) -> Sequence[Got]:
        return [self.answers.get(sql, self.otherwise) for sql in statements]

    def refusal(self, code: str) -> str:
        return code


def right() -> dict[str, Got]:
    answers = {question.sql: Got(rows=question.rows) for question in EXPECTED.questions}
    return answers | {refusal.sql: Got(rows=None, refusal=refusal.code) for refusal in EXPECTED.refusals}


def test_right_answers_and_refusals_are_equal() -> None:
    assert all(line.ok for line in walk.ask_all(Parrot(right(), Got(rows=None)), SCENE, GUEST, EXPECTED))


@pytest.mark.parametrize("question", EXPECTED.questions, ids=lambda question: question.name)
def test_an_answer_with_another_row_is_different(question: sample.Question) -> None:
    answers = right() | {question.sql: Got(rows=[*question.rows, ("one more",)])}
    assert [line.question for line in walk.ask_all(Parrot(answers, Got(rows=None)), SCENE, GUEST, EXPECTED) if not line.ok] == [question.name]


@pytest.mark.parametrize("refusal", EXPECTED.refusals, ids=lambda refusal: refusal.why)
def test_an_answer_where_a_refusal_belongs_is_different(refusal: sample.Refusal) -> None:
    answers = right() | {refusal.sql: Got(rows=[])}
    assert [line.question for line in walk.ask_all(Parrot(answers, Got(rows=None)), SCENE, GUEST, EXPECTED) if not line.ok] == [refusal.why]


def test_a_forbidden_word_in_any_table_is_found() -> None:
    word = next(iter(EXPECTED.forbidden))
    rows = [("x",)] * EXPECTED.tables
    parrot = Parrot({"SHOW TABLES": Got(rows=rows)}, Got(rows=[], raw=f"{word} {' '.join(EXPECTED.shown)}"))
    leak, read = walk.read_all(parrot, SCENE, GUEST, EXPECTED)
    assert (leak.ok, leak.got, read.ok) == (False, EXPECTED.forbidden[word], True)


def test_a_search_that_reads_nothing_is_not_taken_for_a_search_that_finds_nothing() -> None:
    leak, read = walk.read_all(Parrot({}, Got(rows=None)), SCENE, GUEST, EXPECTED)
    assert (leak.ok, read.ok) == (True, False)


def test_a_folder_that_is_not_a_demo_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear reader")
    with pytest.raises(Conflict, match="not the home of a demo"):
        CliRunner().invoke(carrel, ["--home", str(tmp_path), "demo", "--check"], catch_exceptions=False, standalone_mode=False)
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]
    assert not (tmp_path / MARK).exists()


def test_the_sample_has_something_of_every_kind_to_hide() -> None:
    assert set(EXPECTED.forbidden.values()) >= {
        "hidden_texts", "deleted_texts", "hidden_comments", "deleted_comments", "hidden_names", "member_addresses", "mails",
        "password_hashes", "tokens", "unclassified", "private_texts", "private_comments",
    }
    assert not EXPECTED.shown & set(EXPECTED.forbidden)
