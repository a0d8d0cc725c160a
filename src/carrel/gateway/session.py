"""One client's conversation: each statement finds its handler, and each answer, refusal included, its row in the audit before a byte of it is handed out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from typing import Any, Final, TypeVar

from carrel.gateway import records
from carrel.gateway.answers import EngineRows, TableRows, result_columns, shown_columns
from carrel.gateway.copying import Copying
from carrel.gateway.deeds import Asking, Authorize
from carrel.gateway.definers import Definers
from carrel.gateway.dump import starred
from carrel.gateway.ending import warned
from carrel.gateway.explain import explained, explanation, require_own_views
from carrel.gateway.given import Given, Inherited, Typed, require_scalar
from carrel.gateway.host import SessionHost, relations
from carrel.gateway.knowledge import Knower
from carrel.gateway.metadata.rows import Row
from carrel.gateway.metadata.show import Shown, describe, show
from carrel.gateway.metadata.words import Words
from carrel.gateway.parts import Moment, Parts, moment, require_active
from carrel.gateway.prepared import VERBS, NamedStatements, bound, probed
from carrel.gateway.settings import Assignment, assignments, chatter, killed, locked, scoped
from carrel.gateway.split import Statement
from carrel.gateway.standing import QueryStanding, fingerprint
from carrel.gateway.temporary import Temporary
from carrel.gateway.turn import IDLE, Lease, Turn
from carrel.gateway.variables import Value, Variables, of_session, only_value
from carrel.gateway.writing import look, reads, write
from carrel.io.escape import to_text
from carrel.model.audit import Begin, Finish
from carrel.model.errors import CarrelError, NotAllowed, SnapshotReplaced, SyntaxRefused, Unsupported
from carrel.model.names import TableName
from carrel.model.people import Origin, Principal
from carrel.model.ports import Files
from carrel.model.provenance import Provenance
from carrel.model.queries import AuthorizedQuery, Done, Notice, Parameter, Query, ResultColumn, Rows
from carrel.policy.guard import authorize
from carrel.policy.guard.writing import FORMS

Answer = Rows | Done
T = TypeVar("T")
ATTEMPTS: Final = 5
"""How often a question is asked anew because loads overtake it."""


class GatewaySession:
    """Implements the port Session. `peers` gives the person's own sessions, `kill` stops one of them."""

    def __init__(
        self, parts: Parts, principal: Principal, origin: Origin, *, session_id: int, dialect: str,
        peers: Callable[[Principal], list[GatewaySession]], kill: Callable[[int, bool], None], closed: Callable[[int], None],
    ) -> None:
        self.id = session_id
        self.principal = principal
        self.database: str | None = None
        self.origin = origin
        self._turns: list[Turn] = []
        self._began = time.monotonic()
        self._questions = 0
        self._parts = parts
        self._dialect = dialect
        self._peers = peers
        self._kill = kill
        self._on_close = closed
        self._variables = Variables()
        self._named = NamedStatements(dialect)
        self._notices: tuple[Notice, ...] = ()
        self._found_rows = 0
        self._knower: Knower | None = None
        self._given = Given(parts, principal.person)
        self._temporary = Temporary(parts.work)

    # --- the port

    def ask(self, text: str, parameters: Sequence[Parameter] = (), *, single: bool = False, files: Files | None = None) -> Iterator[Answer]:
        for statement in self._split(text, single=single):
            turn = self._turn(statement, tuple(to_text(value) if isinstance(value, bytes) else value for value in parameters))
            turn.files = files
            try:
                yield self._answer(turn)
            finally:
                self._turns.remove(turn)
                turn.close()

    def prepare(self, text: str) -> tuple[ResultColumn, ...]:
        return self._looked_at(text, self._columns)

    def standing(self, text: str, deed: str) -> QueryStanding:
        return self._looked_at(text, lambda turn: self._standing(turn, deed))

    def use(self, database: str) -> None:
        now = moment(self._parts, self.principal, self.origin)
        self._choose(database, now)

    def cancel(self) -> None:
        for turn in list(self._turns):
            turn.cancel()

    def close(self) -> None:
        self.cancel()
        self._temporary.close()
        self._on_close(self.id)

    # --- one statement

    def _split(self, text: str, *, single: bool) -> tuple[Statement, ...]:
        try:
            statements = self._parts.split(text, self._dialect)
            if single and len(statements) != 1:
                raise SyntaxRefused("one statement is expected here", near=text[:80])
        except CarrelError as error:
            self._record_refusal(error, moment(self._parts, self.principal, self.origin), "")
            raise
        return statements

    def _looked_at(self, text: str, make: Callable[[Turn], T]) -> T:
        """What `make` gives of the one statement of a text, which is not run."""
        (statement,) = self._split(text, single=True)
        turn = self._turn(statement, ())
        try:
            return self._recording(turn, make)
        finally:
            self._turns.remove(turn)

    def _turn(self, statement: Statement, parameters: tuple[Parameter, ...]) -> Turn:
        now = moment(self._parts, self.principal, self.origin)
        self._knower = Knower(self._temporary.over(self._parts.catalog.view()), now)
        turn = Turn(statement, now, parameters)
        self._turns.append(turn)
        self._questions += 1
        return turn

    def _recording(self, turn: Turn, make: Callable[[Turn], T]) -> T:
        """What `make` gives; a refusal has its row in the audit before it is told."""
        try:
            require_active(turn.moment.asker)
            made = self._overtaken(turn, make)
            turn.require_not_cancelled()
        except CarrelError as error:
            self._record_refusal(error, turn.moment, self._tokenised(turn.statement))
            raise
        return made

    def _overtaken(self, turn: Turn, make: Callable[[Turn], T]) -> T:
        """Makes it anew, with the catalog of a later moment, where a load replaced a table between the look at the catalog and the opening of its files."""
        for _ in range(ATTEMPTS - 1):
            with suppress(SnapshotReplaced):
                return make(turn)
            self._knower = Knower(self._temporary.over(self._parts.catalog.view()), turn.moment)
        return make(turn)

    def _answer(self, turn: Turn) -> Answer:
        answer = self._recording(turn, self._dispatch)
        if turn.statement.verb != "SHOW":
            self._notices = answer.notices
        return answer

    def _dispatch(self, turn: Turn) -> Answer:
        if turn.statement.verb == "EXECUTE":
            turn.statement, turn.parameters, turn.origins, text = self._named.execution(turn.statement, self._variables)
            self._given.shown(text, turn.moment)
        handler = _HANDLERS.get(turn.statement.verb, GatewaySession._query)
        if turn.parameters and handler not in (GatewaySession._query, GatewaySession._write):
            raise Unsupported(f"placeholders in `{turn.statement.verb}` are not supported", help="write the value into the statement")
        turn.answer = handler(self, turn)
        return turn.answer

    def _columns(self, turn: Turn) -> tuple[ResultColumn, ...]:
        """Of a statement that is being prepared. Only a query and SHOW have any; of all else there is a row in the audit, and nothing is done."""
        verb = turn.statement.verb
        if verb in VERBS:
            raise NotAllowed(f"`{verb}` cannot be prepared", help="send it as it is")
        if verb in _TELLING:
            shown = self._telling(turn)
            self._begin(records.of_metadata(turn.moment, self._tokenised(turn.statement), "prepare", shown.of))(Finish(outcome="complete"))
            return shown_columns(shown)
        if verb in _HANDLERS:
            if _HANDLERS[verb] in (GatewaySession._write, GatewaySession._drop) and (asking := self._asking(turn)) is not None:
                look(asking)
            self._begin(records.of_metadata(turn.moment, self._tokenised(turn.statement), "prepare"))(Finish(outcome="complete"))
            return ()
        query = probed(turn.statement, lambda values: self._authorized(turn.statement.text, turn.moment, values))
        finish = self._begin(records.of_query(query, turn.moment, self._tokenised(turn.statement), "prepare", self._parts.key_token))
        return result_columns(query, bound(lambda: self._parts.engine.run(query, self._relations(query)), finish))

    def _prepare_named(self, turn: Turn) -> Done:
        name, statement, text = self._named.read(turn.statement, self._variables)
        self._given.shown(text, turn.moment)
        turn.statement = statement
        self._columns(turn)
        self._named.keep(name, statement)
        return Done(info="Statement prepared")

    def _drop(self, turn: Turn) -> Answer:
        prepared = len(turn.statement.tokens) > 1 and turn.statement.tokens[1].text.upper() == "PREPARE"
        return self._named.forget(turn.statement) if prepared else self._write(turn)

    def _write(self, turn: Turn) -> Answer:
        asking = self._asking(turn)
        return self._query(turn) if asking is None else write(asking)

    def _asking(self, turn: Turn) -> Asking | None:
        """For a statement that writes; None where nothing can be written."""
        if self._parts.work is None or self._dialect != "mysql":
            return None
        inherited = self._inherited(turn, lambda: self._given.typed(turn.moment))
        return Asking(
            parts=self._parts, turn=turn, database=self.database, knower=self._know(), statement=self._tokenised(turn.statement), inherited=inherited,
            charset=str(self._variables.system("character_set_database")), temporary=self._temporary,
            limits=self._variables.limits(turn.moment.policy.limits_of(turn.moment.asker.groups, self._parts.limits)),
            authorized=inherited.within(self._authorized), relations=self._relations, wait=self._wait, begin=self._begin,
        )

    def _query(self, turn: Turn) -> Rows:
        query = self._authorized(starred(turn.statement, self.database, self._know().table), turn.moment, turn.parameters)
        return self._run(warned(self._inherited(turn).into(query, turn.parameters), turn.moment, self._parts), turn, "query")

    def _inherited(self, turn: Turn, typed: Typed | None = None) -> Inherited:
        return Inherited(self._variables, turn, typed)

    def _authorized(self, text: str, now: Moment, parameters: tuple[Parameter, ...] = (), made_by: Authorize | None = None) -> AuthorizedQuery:
        query = Query(
            text=text, dialect=self._dialect, database=self.database, asker=now.asker, variables=self._query_variables(), parameters=parameters,
            definers=Definers(self._parts.people, now),
            limits=self._variables.limits(now.policy.limits_of(now.asker.groups, self._parts.limits)),
        )
        return (made_by or (authorize if self._temporary else self._parts.plans.authorize))(query, self._know().catalog, now.policy)

    def _standing(self, turn: Turn, deed: str) -> QueryStanding:
        if turn.statement.verb in _HANDLERS:
            raise NotAllowed("only the answer of a query can be kept", help="ask for it anew: POST /api/v1/query")
        query = self._authorized(turn.statement.text, turn.moment)
        found, lease = fingerprint(query), Lease(self._parts, turn.moment).of(query)
        return QueryStanding(found, lease, self._begin(records.of_query(query, turn.moment, self._tokenised(turn.statement), deed, self._parts.key_token)))

    def _run(self, query: AuthorizedQuery, turn: Turn, action: str, *, shown: bool = True) -> Rows:
        if shown:
            self._given.show(query, turn.moment)
        with ExitStack() as held:
            lease = self._wait(turn, held).of(query)
            finish = self._begin(records.of_query(query, turn.moment, self._tokenised(turn.statement), action, self._parts.key_token))
            try:
                running = self._parts.engine.run(query, self._relations(query))
                held.callback(running.close)
                kept, most = Copying(self._parts, turn.moment, query, self._tokenised(turn.statement)), self._variables.rows_of(query.tree)
                answer = EngineRows(running, query, held.pop_all(), self._counting(finish), lease, copies=kept, most=most)
            except BaseException:
                finish(Finish(outcome="failed"))
                raise
            return answer

    def _wait(self, turn: Turn, held: ExitStack) -> Lease:
        """Returns when it is this query's turn to run; `held` gives its place back. What was decided before holds only as long as the person's rights."""
        now = turn.moment
        place = turn.place = self._parts.admission.place(self.principal.person, self.id, now.policy.limits_of(now.asker.groups, self._parts.limits).queries)
        lease = Lease(self._parts, turn.moment)
        turn.require_not_cancelled()
        held.enter_context(place)
        if place.waited:
            lease()
        return lease

    def _relations(self, query: AuthorizedQuery) -> dict[TableName, Any]:
        return relations(query, self._host)

    def _told(self, turn: Turn) -> Rows:
        shown = self._telling(turn)
        finish = self._begin(records.of_metadata(turn.moment, self._tokenised(turn.statement), "show", shown.of))
        return TableRows(shown, finish, Lease(self._parts, turn.moment))

    def _telling(self, turn: Turn) -> Shown:
        """SHOW, DESCRIBE, EXPLAIN."""
        words = Words(turn.statement)
        if words.accept("SHOW"):
            return show(words, self._host())
        words.accept_any("DESCRIBE", "DESC", "EXPLAIN")
        asked = explained(turn.statement)
        return describe(words, self._host()) if asked is None else self._explained(asked, turn)

    def _explained(self, text: str, turn: Turn) -> Shown:
        """The text that the engine would run for the asker, with what policy made of each table."""
        (statement,) = self._parts.split(text, self._dialect)
        asking = self._asking(turn) if statement.verb in FORMS else None
        query = self._authorized(text, turn.moment, turn.parameters) if asking is None else reads(asking, statement)
        require_own_views(query)
        return explanation(self._parts.engine.explain(query, self._relations(query)), query)

    def _use(self, turn: Turn) -> Done:
        words = Words(turn.statement)
        words.accept("USE")
        name = words.name()
        words.end()
        self._choose(name, turn.moment)
        return Done(database=self.database)

    def _choose(self, database: str, now: Moment) -> None:
        require_active(now.asker)
        self._knower = Knower(self._temporary.over(self._parts.catalog.view()), now)
        finish = self._begin(records.of_metadata(now, "USE", "use"))
        try:
            self.database = self._knower.database(database).name
        except CarrelError as error:
            finish(Finish(outcome=error.code))
            raise
        finish(Finish(outcome="complete"))

    def _set(self, turn: Turn) -> Answer:
        """SET, and `SET STATEMENT … FOR statement`, whose values hold for that statement alone."""
        within = scoped(turn.statement, self._dialect)
        if within is not None:
            return self._within(turn, *within)
        for assignment in assignments(turn.statement):
            assignment.apply(self._variables, lambda text: self._scalar(text, turn))
        return Done()

    def _within(self, turn: Turn, values: Sequence[Assignment], statement: Statement) -> Answer:
        whole, kept = turn.statement, self._variables
        self._variables = kept.copy()
        try:
            for assignment in values:
                assignment.apply(self._variables, lambda text: self._scalar(text, turn))
            turn.statement = statement
            return self._dispatch(turn)
        except CarrelError:
            turn.statement = whole  # it may be asked anew
            raise
        finally:
            self._variables = kept

    def _scalar(self, text: str, turn: Turn) -> tuple[Value, Provenance | None]:
        """The one value of an expression, asked like any other query, and what it carries. The client is not shown it by that."""
        query = self._inherited(turn, lambda: self._given.typed(turn.moment)).into(self._authorized(f"SELECT {text}", turn.moment), ())
        require_scalar(query)
        return only_value(self._run(query, turn, "query", shown=False)), self._given.into_variable(query, self._variables, turn.moment)

    def _lock(self, turn: Turn) -> Done:
        for name in locked(turn.statement, self.database):
            self._know().table(name)
        return Done()

    def _host(self) -> SessionHost:
        return SessionHost(
            knower=self._know(), database=self.database, account=f"`{self.principal.person}`@`{self.origin.address}`", session_variables=self._variables,
            notices=self._notices, own=lambda: [peer.process() for peer in self._peers(self.principal)], state=self._state,
            gives=lambda: () if self._parts.work is None else self._parts.work.shared(self.principal.person),
        )

    def _state(self) -> dict[str, str]:
        age = int(time.monotonic() - self._began)
        return {"Uptime": str(age), "Questions": str(self._questions), "Ssl_version": "TLS" if self.origin.tls else ""}

    def process(self) -> Row:
        doing = self._turns[-1].told() if self._turns else IDLE
        return {"Id": self.id, "User": self.principal.person, "Host": self.origin.address, "db": self.database, **doing, "Progress": 0.0}

    def _know(self) -> Knower:
        assert self._knower is not None, "a statement is under way"
        return self._knower

    def _query_variables(self) -> dict[str, Value]:
        counts = {"found_rows()": self._found_rows, "@@warning_count": len(self._notices), "connection_id()": self.id}
        return {**self._variables.for_query(), **of_session(self._variables, self.database, f"{self.principal.person}@{self.origin.address}"), **counts}

    def _tokenised(self, statement: Statement) -> str:
        return self._parts.tokenise(statement.text, self._dialect)

    def _begin(self, deed: Begin) -> Callable[[Finish], None]:
        number = self._parts.audit.begin(deed)
        return lambda end: self._parts.audit.finish(number, end)

    def _counting(self, finish: Callable[[Finish], None]) -> Callable[[Finish], None]:
        def closed(end: Finish) -> None:
            self._found_rows = end.rows
            finish(end)

        return closed

    def _record_refusal(self, error: CarrelError, now: Moment, statement: str) -> None:
        number = self._parts.audit.begin(records.of_refusal(error, now, statement))
        self._parts.audit.finish(number, Finish(outcome=error.code))


_TELLING: Final = frozenset({"SHOW", "DESCRIBE", "DESC", "EXPLAIN"})
_HANDLERS: Final[dict[str, Callable[[GatewaySession, Turn], Answer]]] = {
    **dict.fromkeys(_TELLING, GatewaySession._told),
    "USE": GatewaySession._use,
    "SET": GatewaySession._set,
    "KILL": lambda session, turn: session._kill(*killed(turn.statement)) or Done(),
    "PREPARE": GatewaySession._prepare_named,
    "DEALLOCATE": lambda session, turn: session._named.forget(turn.statement),
    "DROP": GatewaySession._drop,
    **dict.fromkeys(FORMS.keys() - {"DROP"}, GatewaySession._write),
    "LOCK": GatewaySession._lock,
    **dict.fromkeys(("BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "UNLOCK"), lambda _, turn: chatter(turn.statement)),
}
"""Everything else is a query, and the guard says whether it is one that may run."""
