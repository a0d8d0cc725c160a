"""Instances of DuckDB that read texts for the second line."""

from __future__ import annotations

import duckdb
import pytest

from carrel.engines.duckdb.parsers import Parsers


@pytest.fixture
def parsers():
    made = Parsers()
    yield made
    made.close()


def test_a_connection_is_lent_to_one_at_a_time_and_kept_for_the_next(parsers):
    with parsers.lent() as one, parsers.lent() as other:
        assert one is not other
    with parsers.lent() as again:
        assert again in (one, other)


def test_it_reads_texts_over_tables_that_it_does_not_have(parsers):
    with parsers.lent() as one:
        ((read,),) = one.execute("SELECT CAST(json_serialize_sql(?) AS VARCHAR)", ["SELECT a FROM b.c"]).fetchall()
    assert '"table_name":"c"' in read


def test_no_file_is_read_there(parsers):
    with parsers.lent() as one, pytest.raises(duckdb.PermissionException):
        one.execute("SELECT * FROM read_text('/etc/hostname')")
