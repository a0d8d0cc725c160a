"""The one DuckDB instance of a process, locked down: no file outside the lake, no extension, no Python object by name, no setting changed afterwards."""

from __future__ import annotations

from pathlib import Path

import duckdb

from carrel.engines.duckdb import macros
from carrel.engines.duckdb.text import literal


def start(*, lake: Path, directory: Path, memory_mb: int, spill_mb: int, threads: int, pseudonym_key: bytes) -> duckdb.DuckDBPyConnection:
    """A connection to a new in-memory instance with our macros in it.

    Args:
        lake: the only folder whose files may be read.
        directory: where sorts and joins spill; it is there.
        memory_mb, spill_mb: MiB; a spill of 0 turns spilling off.
        threads: 0: one per core.
        pseudonym_key: of `carrel_pseudonym`; it stands in the macro's body, in this process's memory only.
    """
    connection = duckdb.connect(":memory:")
    for macro in macros.statements():
        connection.execute(macro)
    connection.execute(_pseudonym(pseudonym_key))
    for name, value in _settings(lake, directory, memory_mb, spill_mb, threads).items():
        connection.execute(f"SET GLOBAL {name} = {value}")
    return connection


def _settings(lake: Path, directory: Path, memory_mb: int, spill_mb: int, threads: int) -> dict[str, str]:
    settings = {
        "memory_limit": literal(f"{memory_mb}MiB"),
        "temp_directory": literal(str(directory.absolute())),
        "max_temp_directory_size": literal(f"{spill_mb}MiB"),
        "TimeZone": "'UTC'",
        "Calendar": "'gregorian'",
        "preserve_insertion_order": "true",
        "error_on_division_by_zero": "false",
        "order_by_non_integer_literal": "true",
        "enable_external_file_cache": "false",
        "parquet_metadata_cache": "true",
        "allocator_background_threads": "true",  # else freed memory stays the process's until the next query comes
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "allow_persistent_secrets": "false",
        "python_enable_replacements": "false",
        "allowed_directories": f"[{literal(str(lake.absolute()))}]",
        "enable_external_access": "false",
        "lock_configuration": "true",
    }
    return ({"threads": str(threads)} if threads else {}) | settings


def _pseudonym(key: bytes) -> str:
    inner, outer = key.hex(), key[::-1].hex()
    return (
        "CREATE MACRO carrel_pseudonym(value) AS "
        f"substr(sha256(concat('{outer}', sha256(concat('{inner}', CAST(value AS VARCHAR))) || CASE WHEN value IS NULL THEN NULL ELSE '' END)), 1, 32)"
    )
