"""Every function of one call, by MySQL's name in small letters."""

from __future__ import annotations

from typing import Final

from carrel.engines.duckdb.translate.functions.conditions import CONDITIONS
from carrel.engines.duckdb.translate.functions.json import JSON
from carrel.engines.duckdb.translate.functions.numbers import NUMBERS
from carrel.engines.duckdb.translate.functions.registry import Function
from carrel.engines.duckdb.translate.functions.texts import TEXTS
from carrel.engines.duckdb.translate.functions.times import TIMES

FUNCTIONS: Final[dict[str, Function]] = {**CONDITIONS, **JSON, **NUMBERS, **TEXTS, **TIMES}
