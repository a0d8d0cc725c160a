"""Mutants of views: whose rights they are read with, and who sees what they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

from carrel.model.people import Asker, Principal
from tests.mutants.mutant import Mutant
from tests.mutants.stage import Stage
from tests.mutants.switch import change

_VIEWS: Final = "carrel.policy.guard.views:_Views"


@contextmanager
def _view(stage: Stage, text: str, who: str, group: str = "") -> Iterator[None]:
    stage.ask(f"CREATE VIEW staging.seen AS {text}", who)
    if group:
        stage.ask(f"GRANT SELECT ON staging.seen TO GROUP `{group}`", who)
    try:
        yield
    finally:
        stage.ask("DROP VIEW staging.seen", who)


def a_view_shows_what_its_text_shows(stage: Stage) -> Iterator[str]:
    """A view shows its reader the rows that its text would."""
    with _view(stage, "SELECT page_title FROM page WHERE page_len > 10", "ines"):
        if sorted(stage.ask("SELECT * FROM staging.seen").cells) != ["Alpha", "Beta"]:
            yield "rows"


def a_view_is_read_by_those_who_were_let_in(stage: Stage) -> Iterator[str]:
    """Another's view is read only by whoever was let in."""
    with _view(stage, "SELECT page_title FROM page", "ines"):
        if (heard := stage.ask("SELECT * FROM staging.seen", "pavel")).rows is not None:
            yield heard.text


def a_view_opens_no_more_than_its_maker_has(stage: Stage) -> Iterator[str]:
    """A view whose maker's access has ended opens nothing to others, and shows each what is their own."""
    with _view(stage, "SELECT page_title FROM page", "ines", "statistics-privatedata-users"):
        people = stage.parts.people

        class Gone:
            """The maker is in no group any more, and what was shared is shared still."""

            def asker(self, principal: Principal, door: str, now: datetime) -> Asker:
                asker = people.asker(principal, door, now)
                return replace(asker, groups=frozenset()) if principal.person == "ines" else asker

        stage.ask("SELECT * FROM staging.seen", "pavel")  # what is remembered of it counts for nothing
        if stage.ask("SELECT * FROM staging.seen", "pavel", people=Gone()).rows is not None:
            yield "read"


def what_a_view_is_made_of_is_its_maker_s(stage: Stage) -> Iterator[str]:
    """The text of a view is shown to nobody but its maker, whoever may read it."""
    with _view(stage, "SELECT page_title AS t FROM page WHERE page_title <> 'word-of-hers'", "ines", "statistics-privatedata-users"):
        for sql in ("SHOW CREATE VIEW staging.seen", "SHOW CREATE TABLE staging.seen", "SELECT * FROM information_schema.VIEWS",
                    "EXPLAIN SELECT * FROM staging.seen"):  # fmt: skip
            if "word-of-hers" in stage.words(sql, "pavel"):
                yield sql


def a_view_is_not_written(stage: Stage) -> Iterator[str]:
    """No statement writes rows under a view's name."""
    with _view(stage, "SELECT page_id FROM page", "ines"):
        for sql in ("INSERT INTO staging.seen VALUES (9)", "TRUNCATE staging.seen"):
            if not stage.ask(sql).error:
                yield sql


MUTANTS: Final = (
    Mutant(
        name="pass: expand", killer=a_view_shows_what_its_text_shows,
        switch=change("carrel.policy.guard.views:expand", "views.visit(", "(lambda *_: None)(", "that a view's text stands in its place"),
    ),
    Mutant(
        name="view: let in", killer=a_view_is_read_by_those_who_were_let_in, held_by=("pass: decide_reading",),
        switch=change(f"{_VIEWS}._table", "if not decision.read.allowed:", "if False:", "that a view is decided on itself"),
    ),
    Mutant(
        name="view: both", killer=a_view_opens_no_more_than_its_maker_has,
        switch=change(f"{_VIEWS}._table", "if table.owner != self._work.query.asker.principal.person:", "if False:", "that a view's maker may read it"),
    ),
    Mutant(
        name="view: remembered", killer=a_view_opens_no_more_than_its_maker_has,
        switch=change("carrel.gateway.plans:Plans.authorize", "if by_others(made):", "if False:", "that a plan over another's view is not remembered"),
    ),
    Mutant(
        name="view: text", killer=what_a_view_is_made_of_is_its_maker_s,
        switch=change("carrel.gateway.metadata.show:_shown_view", "if not rows.owns(host.account, table):", "if False:", "that SHOW asks whose it is"),
    ),
    Mutant(
        name="view: definition", killer=what_a_view_is_made_of_is_its_maker_s,
        switch=change("carrel.gateway.metadata.rows:views", "owns(known.account, table)", "True", "that VIEW_DEFINITION asks whose it is"),
    ),
    Mutant(
        name="view: explain", killer=what_a_view_is_made_of_is_its_maker_s,
        switch=change("carrel.gateway.explain:require_own_views", "if by_others(query):", "if False:", "that EXPLAIN asks whose it is"),
    ),
    Mutant(
        name="view: written", killer=a_view_is_not_written,
        switch=change("carrel.gateway.deeds:require_kind", "if table.view is not None and", "if False and", "that a view takes no rows"),
    ),
)
