"""Declassifiers: what a policy names as the only ways in which a tag falls off a copy of a column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from carrel.model.errors import BadInput
from carrel.model.sensitivity import PERSONAL_KINDS, PUBLIC, RESTRICTED

_PERSONAL: Final = tuple(f"personal.{kind}" for kind in PERSONAL_KINDS)
WAYS: Final = {
    "count_people": _PERSONAL, "ip_prefix": ("personal.ip",), "day": (RESTRICTED, "personal.reading"), "agent_family": ("personal.user_agent",),
}  # fmt: skip
"""A count of distinct people with HAVING, and the functions CARREL_IP_PREFIX, CARREL_DAY and CARREL_AGENT_FAMILY: each with the tags that it may take off."""
FEWEST: Final = 5
"""No policy lets a count of fewer people be released."""
_KEYS: Final = ("name", "from", "by", "to", "people", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declassifier:
    """One way in which a tag falls off.

    Attributes:
        name: in explanations.
        tag: which falls off.
        by: through what, one of WAYS.
        to: the tag that takes its place, less sensitive.
        people: of `count_people`: how many distinct values each group has at least; else 0.
        reason: one sentence for whoever asks why.
    """

    name: str
    tag: str
    by: str
    to: str
    people: int
    reason: str


def read(values: object, refuse: Callable[[str, str], BadInput]) -> tuple[Declassifier, ...]:
    """`[[declassify]]` of a policy, by name. Raises: BadInput for what is unknown, missing, twice there, or no release."""
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise refuse("`declassify` must be an array of tables", "declassify")
    found = sorted((_one(value, refuse) for value in values), key=lambda rule: rule.name)
    _once([rule.name for rule in found], "the name", refuse)
    _once([f"{rule.by} of {rule.tag}" for rule in found], "a declassifier by", refuse)
    return tuple(found)


def _one(value: dict[str, Any], refuse: Callable[[str, str], BadInput]) -> Declassifier:
    for key in value:
        if key not in _KEYS:
            raise refuse(f"unknown key `{key}` in a declassifier: known are {', '.join(f'`{known}`' for known in _KEYS)}", key)
    for key in ("name", "from", "by", "to", "reason"):
        if not isinstance(value.get(key), str) or not value[key].strip():
            raise refuse(f"a declassifier needs `{key}`, a text", str(value.get("name", "declassify")))
    for key, known in (("by", tuple(WAYS)), ("from", WAYS.get(value["by"], ())), ("to", (PUBLIC, RESTRICTED))):
        if value[key] not in known:
            raise refuse(f"unknown word `{value[key]}` in `{key}`: known are {', '.join(f'`{word}`' for word in known)}", f'"{value[key]}"')
    if value["from"] == value["to"]:
        raise refuse(f"declassifier `{value['name']}` gives the tag that it takes", value["name"])
    return Declassifier(name=value["name"], tag=value["from"], by=value["by"], to=value["to"], people=_people(value, refuse), reason=value["reason"])


def _people(value: dict[str, Any], refuse: Callable[[str, str], BadInput]) -> int:
    people = value.get("people")
    if value["by"] != "count_people":
        if people is not None:
            raise refuse("`people` belongs to `count_people`", "people")
        return 0
    if not isinstance(people, int) or isinstance(people, bool) or not FEWEST <= people <= 1_000_000:
        raise refuse(f"`people` must be a whole number from {FEWEST} on", "people" if people is not None else value["name"])
    return people


def _once(words: Sequence[str], what: str, refuse: Callable[[str, str], BadInput]) -> None:
    for word in words:
        if words.count(word) > 1:
            raise refuse(f"{what} `{word}` is there twice", word)
