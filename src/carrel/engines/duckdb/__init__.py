"""SQL on the lake's Parquet files by DuckDB, in the server's process. The driver is imported in `engine`, not here."""

from __future__ import annotations

from typing import Final

from carrel.model.capabilities import EngineCapabilities

NAME: Final = "duckdb"
CAPABILITIES: Final = EngineCapabilities(dialects=frozenset({"mysql", "duckdb", "hive"}))
