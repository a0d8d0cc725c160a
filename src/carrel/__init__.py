"""Carrel: one policy-enforcing gateway before the data of MediaWiki wikis."""

import os

__version__ = "0.1.0"

# DuckDB's allocator reads this when it is first loaded. By default it keeps the addresses of freed memory for ever; the server's ceiling counts addresses.
os.environ.setdefault("DUCKDB_JE_MALLOC_CONF", "retain:false,background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0")
