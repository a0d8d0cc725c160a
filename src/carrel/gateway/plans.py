"""What the guard made of statements, for when they come again: a prepared statement that is executed, a text that is sent once more.

Whether a person may is decided anew each time. What is kept is used again only when all that it was made of is what it was: the policy and the catalog
themselves, the person, their state, groups, lifts and door, the database, the statement, the values that stand in it, the types of those that do not, the
variables that it names, and the decision on each of its tables, which is taken again. When anything differs, everything is done anew.
No answer is kept, no refusal, and no value that is not part of the statement.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from carrel.model.people import Asker
from carrel.model.ports import Catalog
from carrel.model.queries import AuthorizedQuery, Parameter, Query
from carrel.policy.decide import decide
from carrel.policy.guard import authorize
from carrel.policy.guard.parameters import bindable
from carrel.policy.load import Policy

MOST: Final = 256
"""Statements that are kept, those that came last; one is some 100 kilobytes."""
LENGTH: Final = 20_000
"""Characters of a statement that is kept."""
VARIANTS: Final = 8
"""Of one statement: with other values in it, or other values of variables."""

_Values = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """`query` holds no value that stays out of its tree; `written` are the others, `variables` those that the text names."""

    query: AuthorizedQuery
    numbers: frozenset[int]
    written: _Values
    variables: _Values

    def serves(self, query: Query) -> bool:
        return self.written == written(query.parameters, self.numbers) and self.variables == named(query, self.query)


class Plans:
    """For all sessions of a gateway. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made_of: tuple[Policy, Catalog] | None = None
        self._kept: OrderedDict[Key, list[_Plan]] = OrderedDict()

    def authorize(self, query: Query, catalog: Catalog, policy: Policy) -> AuthorizedQuery:
        """As the guard's `authorize`, whose errors it raises."""
        if len(query.text) > LENGTH:
            return authorize(query, catalog, policy, binds=True)
        key = key_of(query)
        for plan in self._plans(key, catalog, policy):
            if plan.serves(query) and decided_as_before(plan.query, query.asker, catalog, policy):
                return replace(plan.query, asker=query.asker, limits=query.limits, bound=_bound(query.parameters, plan.numbers))
        made = authorize(query, catalog, policy, binds=True)
        if by_others(made):
            return made
        self._keep(key, made, query, catalog, policy)
        return made

    def _plans(self, key: Key, catalog: Catalog, policy: Policy) -> tuple[_Plan, ...]:
        with self._lock:
            self._made_of_these(catalog, policy)
            if key not in self._kept:
                return ()
            self._kept.move_to_end(key)
            return tuple(self._kept[key])

    def _keep(self, key: Key, made: AuthorizedQuery, query: Query, catalog: Catalog, policy: Policy) -> None:
        numbers = frozenset(made.bound)
        plan = _Plan(replace(made, bound={}), numbers, written(query.parameters, numbers), named(query, made))
        with self._lock:
            self._made_of_these(catalog, policy)
            self._kept[key] = [plan, *(old for old in self._kept.get(key, ()) if not old.serves(query))][:VARIANTS]
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def _made_of_these(self, catalog: Catalog, policy: Policy) -> None:
        """Drops all plans that were made of another policy or another moment's catalog."""
        if self._made_of is None or self._made_of[0] is not policy or self._made_of[1] is not catalog:
            self._kept.clear()
            self._made_of = (policy, catalog)


class Key(NamedTuple):
    """All that a plan rests on and that is the same at each use, but policy and catalog."""

    text: str
    dialect: str
    database: str | None
    person: _Values
    types: tuple[str, ...]


def key_of(query: Query) -> Key:
    return Key(query.text, query.dialect, query.database, person(query.asker), tuple(map(type_of, query.parameters)))


def person(asker: Asker) -> _Values:
    """The person and all that rules may know of them but the time; a lift counts while it holds."""
    return asker.principal, asker.state, asker.groups, asker.door, tuple(lift for lift in asker.lifts if asker.now < lift.ends)


def type_of(value: Parameter) -> str:
    """What is made of a statement depends on this of a value that stays out of it."""
    found = bindable(value)
    name = type(value).__name__
    return f"{name} to write" if found is None else name if isinstance(found, str) else "int" if found < 2**31 else "long"


def written(parameters: tuple[Parameter, ...], but: frozenset[int]) -> _Values:
    """The values of the parameters that stand in the tree."""
    return tuple((number, type(value).__name__, repr(value)) for number, value in enumerate(parameters) if number not in but)


def named(query: Query, made: AuthorizedQuery) -> _Values:
    """The variables that the text names, with their values; a variable that is not there has none."""
    return tuple((name, repr(query.variables[name]) if name in query.variables else None) for name in sorted(made.variables))


def decided_as_before(made: AuthorizedQuery, asker: Asker, catalog: Catalog, policy: Policy) -> bool:
    """Decides on each table anew."""
    for name, decision in made.decisions.items():
        table = catalog.table(name)
        if table is None or decide(policy, asker, table) is not decision:
            return False
    return True


def by_others(made: AuthorizedQuery) -> bool:
    """Whether it reads another's view, which rests on that person's rights too."""
    person = made.asker.principal.person
    return any(decision.table.view is not None and decision.table.owner != person for decision in made.decisions.values())


def _bound(parameters: tuple[Parameter, ...], numbers: frozenset[int]) -> Mapping[int, str | int]:
    found: dict[int, str | int] = {}
    for number in sorted(numbers):
        value = bindable(parameters[number])
        assert value is not None, "values of one type can all be bound"
        found[number] = value
    return found
