"""Imported before Arrow by commands that write tables: of Arrow's allocators the chosen one keeps the least of what has been freed.

What Arrow's writers of Parquet use is settled when Arrow is loaded, and by the environment alone.
"""

from __future__ import annotations

import os

POOL = "jemalloc"

os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", POOL)
