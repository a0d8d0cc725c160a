"""The queue of queries: who waits, who comes next, what they are told, and that nothing is left behind."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.gateway.admission import Admission, Place
from carrel.model.errors import Cancelled, LimitReached


class Waiting:
    """A query that asks for its place in a thread of its own and keeps it until `leave`."""

    def __init__(self, admission: Admission, person: str, session: int, served: list[str]) -> None:
        self.place = admission.place(person, session)
        self.error: Exception | None = None
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(served,))
        self._thread.start()
        while not (self.place.running or self.place.position or self.error):
            self._thread.join(0.001)

    def _run(self, served: list[str]) -> None:
        try:
            with self.place:
                served.append(self.place.person)
                self._left.wait(10)
        except (Cancelled, LimitReached) as error:
            self.error = error

    def leave(self) -> None:
        self._left.set()
        self._thread.join(10)


def numbered(admission: Admission, people: str, served: list[str]) -> list[Waiting]:
    return [Waiting(admission, person, number, served) for number, person in enumerate(people)]


def test_the_one_with_fewest_comes_first_then_the_one_who_asked_first() -> None:
    served: list[str] = []
    queries = numbered(Admission(total=2, per_person=2), "aaaabc", served)
    assert [query.place.position for query in queries] == [0, 0, 3, 4, 1, 2]
    queries[0].leave()
    assert [query.place.position for query in queries] == [0, 0, 2, 3, 0, 1]
    for query in queries:
        query.place.woken.wait(10)
        query.leave()
    assert sorted(served) == list("aaaabc")


def test_who_may_run_no_more_lets_others_pass() -> None:
    queries = numbered(Admission(total=3, per_person=1), "aab", [])
    assert [query.place.running for query in queries] == [True, False, True]
    for query in queries:
        query.place.woken.wait(10)
        query.leave()


def test_a_query_may_have_fewer_beside_it() -> None:
    admission = Admission(total=3, per_person=3, patience_s=0)
    with admission.place("a", 1, 1), pytest.raises(LimitReached, match="1 of your queries are running"), admission.place("a", 2, 1):
        pass
    with admission.place("a", 1), admission.place("a", 2, 9), admission.place("a", 3, 9):
        pass


@pytest.mark.parametrize(("per_person", "told"), [(1, "1 of your queries are running"), (2, "1 queries are running")])
def test_the_end_of_patience_tells_the_place_in_the_queue(per_person: int, told: str) -> None:
    admission = Admission(total=1, per_person=per_person, patience_s=0.05)
    text = f"{told}, and none has ended in 0 s: yours was number 1 in the queue"
    with admission.place("a", 1), pytest.raises(LimitReached, match=text), admission.place("a", 2):
        pass
    with admission.place("b", 3) as place:
        assert place.position == 0
        assert not place.waited


def test_who_waits_can_be_stopped() -> None:
    admission = Admission(total=1, per_person=1)
    with admission.place("a", 1):
        waiting = Waiting(admission, "a", 2, [])
        assert waiting.place.position == 1
        waiting.place.cancel()
        waiting.leave()
    assert isinstance(waiting.error, Cancelled)
    with admission.place("a", 3):
        pass


def test_nobody_waits_for_cursors_of_the_same_connection_or_behind_too_many_of_their_own() -> None:
    admission = Admission(total=4, per_person=1, queue=1)
    with admission.place("a", 1):
        with pytest.raises(LimitReached, match="open cursors of this connection"), admission.place("a", 1):
            pass
        waiting = Waiting(admission, "a", 2, [])
        with pytest.raises(LimitReached, match="1 of your queries are waiting already"), admission.place("a", 3):
            pass
        waiting.place.cancel()
        waiting.leave()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=40), st.integers(1, 4), st.integers(1, 3))
def test_no_limit_is_passed_and_no_free_place_is_kept_from_who_may_have_it(steps: list[tuple[str, bool]], total: int, per_person: int) -> None:
    """Each step asks for a place, or gives the oldest one of that person back; without threads, by what `enter` does under its lock."""
    admission = Admission(total=total, per_person=per_person, patience_s=0)
    held: list[Place] = []
    with ExitStack() as stack:
        for number, (person, asks) in enumerate(steps):
            if asks:
                place = admission.place(person, number)
                try:
                    held.append(stack.enter_context(place))
                except LimitReached:
                    assert len(held) == total or sum(other.person == person for other in held) == per_person
            else:
                mine = next((place for place in held if place.person == person), None)
                if mine is not None:
                    held.remove(mine)
                    admission.leave(mine)
            assert len(held) <= total
            assert all(sum(other.person == place.person for other in held) <= per_person for place in held)
