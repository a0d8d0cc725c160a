"""What the table of mutants is made of.

Mutant: the product with one thing switched off. Law: a promise of the product, tried on the stage as people would notice that it is broken; it gives what
it found broken. Killed: the law finds something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest

from tests.mutants.stage import Stage
from tests.mutants.switch import Switch

Law = Callable[[Stage], Iterator[str]]
"""Its docstring is the promise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One line of the table.

    Attributes:
        name: `rule: grants`; what stands before the colon is the kind.
        switch: what is off.
        killer: the law that finds it.
        held_by: other mutants' names. Where there are some the law still holds with this one alone, since those layers hold it too; without all of them it
            is broken.
    """

    name: str
    switch: Switch
    killer: Law
    held_by: tuple[str, ...] = ()


def promise(law: Law) -> str:
    """The law as a sentence."""
    return " ".join((law.__doc__ or "").split()).rstrip(".")


def broken(law: Law, stage: Stage, *switches: Switch) -> list[str]:
    """What the law finds while these are off."""
    with pytest.MonkeyPatch.context() as patch:
        for switch in switches:
            switch.off(patch)
        stage.forget()
        try:
            return list(law(stage))
        finally:
            patch.undo()
            stage.forget()


def verdict(mutant: Mutant, table: Mapping[str, Mutant], stage: Stage) -> tuple[list[str], list[str]]:
    """What the law finds with the mutant alone, and with those that hold it off too; twice the same where nothing else holds it."""
    alone = broken(mutant.killer, stage, mutant.switch)
    if not mutant.held_by:
        return alone, alone
    return alone, broken(mutant.killer, stage, mutant.switch, *(table[name].switch for name in mutant.held_by))
