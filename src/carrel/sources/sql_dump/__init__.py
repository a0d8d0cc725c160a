"""Dumps of MySQL and MariaDB: whole databases or single tables, plain, gzip or bzip2."""

from __future__ import annotations

from carrel.model.capabilities import SourceCapabilities

name = "sql-dump"
summary = "Dumps made by mysqldump or mariadb-dump: tables and columns as the wiki itself has them."
capabilities = SourceCapabilities(layout="wiki", formats=("sql", "sql.gz", "sql.bz2"))
