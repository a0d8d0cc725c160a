"""Executable comments become the text that MariaDB would run; strings, names and other comments stay."""

import pytest

from carrel.gateway.comments import unwrap


@pytest.mark.parametrize(("text", "runs"), [
    ("SHOW /*!50002 FULL*/ TABLES", "SHOW FULL TABLES"),
    ("/*!40101 SET NAMES utf8 */", "SET NAMES utf8"),
    ("SELECT /*! 1 */", "SELECT 1"),
    ("SELECT 1 /*M!100100 + 1 */", "SELECT 1 + 1"),
    ("SELECT 1 /*!40000 + /* plain */ 1 */", "SELECT 1 + /* plain */ 1"),
    ("SELECT 1 /*!40000 + '*/' */", "SELECT 1 + '*/'"),
])
def test_what_mariadb_runs_is_plain(text: str, runs: str) -> None:
    assert " ".join(unwrap(text).split()) == runs
    assert len(unwrap(text)) == len(text)


@pytest.mark.parametrize("text", [
    "SELECT 1 /*!99999 + 1 */", "SELECT 1 /*!50700 + 1 */", "SELECT 1 /*M!999999 + 1 */", "SELECT '/*! x */'", 'SELECT "/*! x */"', "SELECT `/*! x */`",
    "SELECT 1 -- /*! x */",
    "SELECT 1 # /*! x */", "SELECT /* /*! x */ 1", "SELECT 1 /*! + 1", "SELECT 1 */ 2 /*! 3",
])
def test_what_it_does_not_run_stays(text: str) -> None:
    assert unwrap(text) == text
