"""A policy file is checked word by word, and says on which line it is wrong."""

from __future__ import annotations

import pytest

from carrel.model.errors import BadInput
from carrel.model.names import TableName
from carrel.policy.decide import decide
from carrel.policy.load import default_text, load
from tests.policy_cases.catalog import Memory, asker

GROUPS = {
    "researchers", "statistics-privatedata-users", "statistics-users", "analytics-users", "analytics-privatedata-users", "analytics-wmde", "wmf", "nda",
}  # fmt: skip


def test_the_default_policy_has_the_groups_of_the_page_and_the_stewards() -> None:
    assert set(load(default_text()).groups) == {*GROUPS, "data-stewards"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x", "not TOML"),
        ("[group.a]", "1: unknown key `group` in the policy: did you mean `groups`?"),
        ('[groups.a]\npermit = []', "2: unknown key `permit` in group `a`: did you mean `permits`?"),
        ('[[groups.a.permits]]\ndatabases = ["wikis"]', "2: unknown word `wikis` in `databases`: did you mean `wiki`?"),
        ('[[groups.a.permits]]\ndatabases = ["wiki"]\ntags = ["secret"]', "3: unknown word `secret` in `tags`"),
        ('[[groups.a.permits]]\ndatabases = ["wiki"]\npersonal = "plain"', '3: unknown word `plain` in `personal`'),
        ('[[groups.a.permits]]\ndatabases = ["wiki"]\nforbid = true', "3: unknown key `forbid` in a permit of `a`"),
        ('[[groups.a.permits]]\ntags = ["public"]', "1: a permit of `a` names no databases"),
        ('[[groups.a.permits]]\ndatabases = "wiki"', "2: `databases` must be an array of words"),
        ('[[groups.a.permits]]\ndatabases = ["wiki"]\nprivate = "yes"', "3: `private` must be true or false"),
        ("groups = 1", "1: `groups` must be a table"),
        ("[groups]\na = 1", "2: `groups.a` must be a table"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_refused_with_its_line(text: str, reason: str) -> None:
    with pytest.raises(BadInput) as caught:
        load(text)
    assert caught.value.text.startswith(reason)


def test_the_digest_follows_the_text() -> None:
    assert load(default_text()).digest == load(default_text()).digest != load(default_text() + "\n").digest


def test_an_empty_policy_opens_nothing() -> None:
    table = Memory().table(TableName("enwiki", "page"))
    assert table is not None
    decision = decide(load(""), asker("researchers"), table)
    assert not decision.known.allowed
    assert not decision.read.allowed
