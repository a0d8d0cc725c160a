"""What the final text may be made of, in the words of DuckDB's `json_serialize_sql`. What is not here is not run."""

from __future__ import annotations

from typing import Final

TYPES: Final = frozenset({
    "SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE",
    "BASE_TABLE", "SUBQUERY", "JOIN", "EMPTY",
    "ORDER_MODIFIER", "LIMIT_MODIFIER", "DISTINCT_MODIFIER", "ORDER_DEFAULT", "ASCENDING", "DESCENDING",
})
"""Types of nodes that are not expressions: queries, tables, what modifies a query. No table function, no VALUES, no SHOW, no PIVOT."""

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
        "COMPARE_IN", "COMPARE_NOT_IN", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "OPERATOR_NOT", "OPERATOR_TRY", "OPERATOR_COALESCE", "STRUCT_EXTRACT",
    }),
    "STAR": frozenset({"STAR"}),
    "SUBQUERY": frozenset({"SUBQUERY"}),
    "TYPE": frozenset({"TYPE"}),
    "WINDOW": frozenset({
        "WINDOW_AGGREGATE", "WINDOW_ROW_NUMBER", "WINDOW_RANK", "WINDOW_RANK_DENSE", "WINDOW_PERCENT_RANK", "WINDOW_CUME_DIST", "WINDOW_NTILE", "WINDOW_LEAD",
        "WINDOW_LAG", "WINDOW_FIRST_VALUE", "WINDOW_LAST_VALUE", "WINDOW_NTH_VALUE",
    }),
}
"""Classes of expressions, each with its types. No lambda, no parameter, no collation, no default."""

TYPE_NAMES: Final = frozenset({
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "DECIMAL", "FLOAT", "DOUBLE",
    "VARCHAR", "BLOB", "DATE", "TIMESTAMP", "TIME",
})
"""Types that a cast may name."""

FUNCTIONS: Final = frozenset({
    # operators
    "+", "-", "*", "/", "//", "%", "||", "&", "|", "~", "<<", ">>", "~~", "!~~",
    # aggregates and windows
    "count", "count_star", "sum", "min", "max", "first", "avg", "string_agg", "bit_and", "bit_or", "bit_xor", "stddev_pop", "stddev_samp", "var_pop", "var_samp",
    "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lead", "lag", "first_value", "last_value", "nth_value",
    # scalars that cannot raise, or that stand inside TRY
    "struct_pack", "row", "abs", "sign", "ceil", "floor", "round", "chr", "concat", "length", "strlen", "substr", "instr", "replace", "lower", "upper", "reverse",
    "hex", "md5", "sha1", "sha256", "bit_count", "regexp_matches", "regexp_replace", "regexp_extract", "encode", "greatest", "least", "contains", "starts_with",
    "year", "month", "day", "hour", "minute", "second", "quarter", "strftime", "last_day", "dayname", "monthname",
})
