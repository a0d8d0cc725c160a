"""What the final text may be made of, in the words of DuckDB's `json_serialize_sql`. What is not here is not run."""

from __future__ import annotations

from typing import Final

from carrel.engines.duckdb.macros import names

TYPES: Final = frozenset({
    "SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE",
    "BASE_TABLE", "SUBQUERY", "JOIN", "EMPTY",
    "ORDER_MODIFIER", "LIMIT_MODIFIER", "DISTINCT_MODIFIER", "ORDER_DEFAULT", "ASCENDING", "DESCENDING",
})
"""Types of nodes that are not expressions: queries, tables, what modifies a query. No table function, no VALUES, no SHOW, no PIVOT."""

FIXED: Final = {
    "join_type": frozenset({"INNER", "LEFT", "RIGHT"}), "ref_type": frozenset({"REGULAR", "CROSS"}), "using_columns": frozenset({"[]"}),
    "qualify": frozenset({"None"}), "sample": frozenset({"None"}), "at_clause": frozenset({"None"}), "aggregate_handling": frozenset({"STANDARD_HANDLING"}),
    "limit_type": frozenset({"ROW_COUNT"}), "distinct_on_targets": frozenset({"[]"}), "export_state": frozenset({"False"}), "key_targets": frozenset({"[]"}),
    "payload_aggregates": frozenset({"[]"}),
}
"""Fields that may hold only these values, printed, wherever they stand: no QUALIFY, sample, time travel, DISTINCT ON or other kinds of join."""

CLASSES: Final = {
    "BETWEEN": frozenset({"COMPARE_BETWEEN"}),
    "CASE": frozenset({"CASE_EXPR"}),
    "CAST": frozenset({"OPERATOR_CAST"}),
    "COLUMN_REF": frozenset({"COLUMN_REF"}),
    "COMPARISON": frozenset({
        "COMPARE_EQUAL", "COMPARE_NOTEQUAL", "COMPARE_LESSTHAN", "COMPARE_GREATERTHAN", "COMPARE_LESSTHANOREQUALTO", "COMPARE_GREATERTHANOREQUALTO",
        "COMPARE_DISTINCT_FROM", "COMPARE_NOT_DISTINCT_FROM",
    }),
    "CONJUNCTION": frozenset({"CONJUNCTION_AND", "CONJUNCTION_OR"}),
    "CONSTANT": frozenset({"VALUE_CONSTANT"}),
    "FUNCTION": frozenset({"FUNCTION"}),
    "OPERATOR": frozenset({
        "COMPARE_IN", "COMPARE_NOT_IN", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "OPERATOR_NOT", "OPERATOR_TRY", "OPERATOR_COALESCE", "GROUPING_FUNCTION",
    }),
    "PARAMETER": frozenset({"VALUE_PARAMETER"}),
    "SUBQUERY": frozenset({"SUBQUERY"}),
    "TYPE": frozenset({"TYPE"}),
    "WINDOW": frozenset({
        "WINDOW_AGGREGATE", "WINDOW_ROW_NUMBER", "WINDOW_RANK", "WINDOW_RANK_DENSE", "WINDOW_PERCENT_RANK", "WINDOW_CUME_DIST", "WINDOW_NTILE", "WINDOW_LEAD",
        "WINDOW_LAG", "WINDOW_FIRST_VALUE", "WINDOW_LAST_VALUE", "WINDOW_NTH_VALUE",
    }),
}
"""Classes of expressions, each with its types. No lambda, no collation, no default; parameters are those of the text's own marks."""

TYPE_NAMES: Final = frozenset({
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "DECIMAL", "FLOAT", "DOUBLE",
    "VARCHAR", "BLOB", "DATE", "TIMESTAMP", "TIME",
})
"""Types that a cast may name."""

_OPERATORS: Final = frozenset({"+", "-", "*", "/", "//", "%", "||", "&", "|", "~~", "!~~"})
_AGGREGATES: Final = frozenset({
    "count", "count_star", "sum", "min", "max", "first", "avg", "string_agg", "list", "bit_and", "bit_or", "bit_xor",
    "stddev_pop", "stddev_samp", "var_pop", "var_samp",
})
_WINDOWS: Final = frozenset({
    "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lead", "lag", "first_value", "last_value", "nth_value",
})
_SCALARS: Final = frozenset({
    "struct_pack", "row", "struct_extract", "abs", "sign", "ceil", "floor", "round", "trunc", "chr", "length", "strlen", "octet_length", "substr", "instr",
    "lower", "upper", "reverse", "replace", "concat_ws", "hex", "unhex", "encode", "bin", "md5", "sha1", "sha256", "xor",
    "atan", "atan2", "radians", "pi", "random",
    "like_escape", "regexp_matches", "regexp_replace", "regexp_extract", "greatest", "least", "lpad", "nullif", "carrel_pseudonym",
    "year", "month", "day", "hour", "minute", "second", "quarter", "dayofweek", "isodow", "dayofyear", "strftime", "try_strptime", "last_day", "date_diff",
    "date_sub", "date_trunc", "to_microseconds", "to_seconds", "to_minutes", "to_hours", "to_days", "to_weeks", "to_months", "to_quarters", "to_years",
    "json_extract", "json_extract_string", "json_exists", "json_valid",
})
"""Functions of DuckDB that the translation writes; those that may raise stand inside TRY."""


FUNCTIONS: Final = _OPERATORS | _AGGREGATES | _WINDOWS | _SCALARS | names()
"""Names that a function may have: all that the translation writes, and nothing that reads a file, a setting or another query."""
