"""Dumps of MySQL and MariaDB: whole databases or single tables, plain, gzip or bzip2."""

from __future__ import annotations

from typing import Final

from carrel.model.capabilities import SourceCapabilities

NAME: Final = "sql-dump"
SUMMARY: Final = "Dumps made by mysqldump or mariadb-dump: tables and columns as the wiki itself has them."
CAPABILITIES: Final = SourceCapabilities(layout="wiki", formats=("sql", "sql.gz", "sql.bz2"), resumes=True, passes_over=True)
