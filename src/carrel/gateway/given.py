"""What flows into answers and tables of a session that is of no table: values of its variables and parameters, and what its client types.

A variable carries what flowed into it. What the client types may be what the person was shown: it carries the personal tags of that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from carrel.gateway.origins import made_of
from carrel.gateway.parts import Moment, Parts
from carrel.gateway.scanning import of_texts
from carrel.gateway.turn import Turn
from carrel.gateway.variables import Variables
from carrel.model.errors import NotAllowed
from carrel.model.provenance import CONSTANT, NOTHING, TYPED, WRITTEN, Provenance
from carrel.model.queries import AuthorizedQuery, OutputColumn, Parameter
from carrel.model.sensitivity import RESTRICTED, Mask, is_personal
from carrel.policy.carried import brought
from carrel.policy.clock import bounds, flows, given
from carrel.policy.guard.given import FORM
from carrel.policy.guard.inherit import inheriting

Typed = Callable[[], Provenance]
Authorized = Callable[..., AuthorizedQuery]


class Given:
    """Of one session."""

    def __init__(self, parts: Parts, person: str) -> None:
        self._parts = parts
        self._person = person
        self._shown = NOTHING

    def show(self, query: AuthorizedQuery, now: Moment) -> None:
        """Notes that the client is about to be shown an answer."""
        if any(map(is_personal, (tag for output in query.outputs for tag in output.tags))):
            self.shown(self.of(query, now), now)

    def shown(self, what: Provenance, now: Moment) -> None:
        if what.personal:
            self._shown |= replace(what, tags=what.personal, ends=what.ends or now.asker.now.date(), sources=frozenset())
            self._parts.reads.note(self._person, now.asker.now.date(), what)

    def typed(self, now: Moment) -> Provenance:
        """What the client types may be: what this session has shown it, and what others have shown the same person lately."""
        return self._shown | self._parts.reads.lately(self._person, now.asker.now.date())

    def of(self, query: AuthorizedQuery, now: Moment) -> Provenance:
        """What the whole answer of a question carries."""
        found = [one for output in query.outputs for one in brought(output, query.decisions)]
        flown, inherited, work = flows(query), given(query), self._parts.work
        copies = {flow.table.name: copy for flow in flown if work is not None and flow.table.owner and (copy := work.find(flow.table.name)) is not None}
        oldest, ends = bounds(flown, copies, made=now.asker.now.date(), mirror_days=now.policy.retention.mirror_copies)
        return inherited | Provenance(
            tags=frozenset().union(*(one.carried for one in found)), mask=min((one.mask for one in found if one.personal), default=Mask.NULL),
            oldest=oldest, ends=ends, sources=frozenset(str(one.column) for one in found), made_of=made_of(query),
        )

    def into_variable(self, query: AuthorizedQuery, variables: Variables, now: Moment) -> Provenance | None:
        """What a variable carries that takes the one value of an answer; None where that is made of what the client wrote alone."""
        names = query.outputs[0].given if query.outputs else frozenset[str]()
        if not query.decisions and all(variables.origin(name) in (None, NOTHING) for name in names if name.startswith("@")):
            return None if names else NOTHING
        return self.of(query, now)


class Inherited:
    """What flows into one statement beside tables."""

    def __init__(self, variables: Variables, turn: Turn, typed: Typed | None = None) -> None:
        self._variables = variables
        self._turn = turn
        self._parameters = turn.parameters
        self._origins = turn.origins if turn.origins else (None,) * len(turn.parameters)
        self._typed = typed

    @cached_property
    def typed(self) -> Provenance:
        """What the client wrote carries; nothing where the answer goes back to the client."""
        return NOTHING if self._typed is None else self._typed()

    def into(self, query: AuthorizedQuery, parameters: Sequence[Parameter]) -> AuthorizedQuery:
        """The question, whose outputs say what they carry of values that are in no table. `parameters`: its own, some of the statement's."""
        if not any(output.given for output in query.outputs):
            return query
        return inheriting(query, [self._brings(output, parameters) for output in query.outputs])

    def within(self, authorized: Authorized) -> Authorized:
        """As `authorized`, but what it gives says what it carries."""

        def inheriting(text: str, now: Moment, parameters: tuple[Parameter, ...] = (), *more: Any) -> AuthorizedQuery:
            return self.into(authorized(text, now, parameters, *more), parameters)

        return inheriting

    def parameter(self, number: int) -> Provenance:
        """What the value of a placeholder carries where it stands by itself."""
        origin = self._origins[number]
        return origin if origin is not None else self.written if self._parameters[number] is not None else NOTHING

    @cached_property
    def _found(self) -> Provenance:
        """What the texts look like that the client wrote into the statement, or gave for its placeholders."""
        if self._typed is None:
            return NOTHING
        written = [token.text for token in self._turn.statement.tokens if token.token_type is TokenType.STRING]
        given = [value for value, origin in zip(self._parameters, self._origins, strict=True) if origin is None and isinstance(value, str)]
        return of_texts((*written, *given), self._turn.moment)

    @cached_property
    def written(self) -> Provenance:
        """What a value carries that is nothing but what the client wrote."""
        return self.typed | Provenance(tags=frozenset({RESTRICTED}))

    def _brings(self, output: OutputColumn, parameters: Sequence[Parameter]) -> Provenance:
        found, written = NOTHING, False
        for name in sorted(output.given - {CONSTANT, WRITTEN}):
            origin, content = self._given(name, parameters)
            written |= origin is None
            found |= origin if origin is not None else self.typed if content or CONSTANT in output.given else NOTHING
        if written and WRITTEN in output.given:
            found |= self._found
        if written and CONSTANT in output.given and self._typed is not None:
            found |= self.written
        return found

    def _given(self, name: str, parameters: Sequence[Parameter]) -> tuple[Provenance | None, bool]:
        """What it carries, None where the client wrote it; and whether that is long enough to say anything."""
        if name == TYPED:
            return None, True
        if name.startswith("@@"):
            return self._variables.origin(name), True
        if name.startswith("@"):
            return self._variables.origin(name), _tells(self._variables.user(name[1:]))
        number = int(name[1:])
        return self._of_parameter(number, len(parameters)), _tells(parameters[number])

    def _of_parameter(self, number: int, count: int) -> Provenance | None:
        """Of a part of the statement it is not known which of the statement's parameters it has: it may be any of them."""
        if count == len(self._origins):
            return self._origins[number]
        found = NOTHING
        for origin in self._origins:
            found |= self.written if origin is None else origin
        return found


def require_scalar(query: AuthorizedQuery) -> None:
    """Raises NotAllowed for a question that is not one expression."""
    if not isinstance(query.tree, exp.Select) or query.tree.args.get("from_") is not None:
        raise NotAllowed("a variable takes one value", help="put the query in brackets: SET @x = (SELECT …)")


def _tells(value: object) -> bool:
    """Whether a value is long enough to say anything, as the guard has it of what is written."""
    return value is not None and len(str(value)) > FORM
