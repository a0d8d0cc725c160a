"""CREATE TABLE: of a SELECT, or with columns."""

from __future__ import annotations

from typing import Final

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from carrel.model.errors import NotAllowed, SyntaxRefused, Unsupported
from carrel.policy.guard.parse import DIALECTS
from carrel.policy.guard.writing.forms import Declared, Deed, Write
from carrel.policy.guard.writing.reader import FORMS_HELP, OPENS, Reader

VIEWS_HELP: Final = "keep the rows: CREATE TABLE … AS SELECT …"
_OPTIONS: Final = frozenset({"ENGINE", "CHARSET", "COLLATE", "COMMENT"})


def create(reader: Reader) -> Write:
    if reader.accept("TEMPORARY"):
        raise Unsupported("temporary tables are not supported", help="CREATE TABLE staging.name AS SELECT …, and DROP TABLE when it is done with")
    if reader.word() in {"VIEW", "ALGORITHM", "DEFINER", "SQL"} or (reader.word() == "OR" and reader.word(2) != "TABLE"):
        raise Unsupported("views are not supported", help=VIEWS_HELP)
    if reader.word() != "TABLE":
        raise NotAllowed(f"`CREATE {reader.word()}` is not allowed", help=FORMS_HELP)
    reader.expect("TABLE")
    quiet = reader.accept("IF", "NOT", "EXISTS")
    table = reader.table()
    if reader.word() == "LIKE" or (reader.word() == "(" and reader.word(1) == "LIKE"):
        raise Unsupported("`CREATE TABLE … LIKE` is not supported", help="CREATE TABLE new AS SELECT * FROM old LIMIT 0")
    declared: tuple[Declared, ...] = ()
    if reader.word() == "(" and reader.word(1) not in OPENS:
        declared = _declared(reader)
    _options(reader)
    reader.accept("AS")
    query = reader.rest() or None
    if (query is None) == (not declared):
        raise Unsupported("columns and a SELECT together are not supported", help="name the columns in the SELECT") if declared else reader.error()
    return Write(deed=Deed.CREATE, table=table, quiet=quiet, declared=declared, query=query)


def _options(reader: Reader) -> None:
    """Options of MariaDB's tables that mean nothing here."""
    while True:
        reader.accept("DEFAULT")
        if reader.accept("CHARACTER", "SET") or reader.word() in _OPTIONS:
            reader.at += reader.word() in _OPTIONS
            reader.accept("=")
            reader.at += 1
            reader.accept(",")
        else:
            return


def _declared(reader: Reader) -> tuple[Declared, ...]:
    start = reader.tokens[reader.at].start
    reader.skip_bracket()
    end = reader.tokens[reader.at - 1].end + 1
    try:
        whole = f"CREATE TABLE t {reader.text[start:end]}"
        tree = DIALECTS["mysql"].parser().parse(DIALECTS["mysql"].tokenize(whole), whole)[0]
    except (ParseError, TokenError, RecursionError):
        raise SyntaxRefused("the columns cannot be read", near=reader.text[start:end][:80]) from None
    schema = tree.this if isinstance(tree, exp.Create) else None
    if not isinstance(schema, exp.Schema):
        raise SyntaxRefused("the columns cannot be read", near=reader.text[start:end][:80])
    columns = tuple(map(_column, schema.expressions))
    if len({column.name.lower() for column in columns}) != len(columns):
        raise NotAllowed("duplicate column name")
    return columns


def _column(node: exp.Expr) -> Declared:
    if not isinstance(node, exp.ColumnDef) or not isinstance(node.args.get("kind"), exp.DataType):
        raise Unsupported("keys and constraints are not supported", help="write columns only: name and type")
    nullable, default = True, None
    for constraint in node.args.get("constraints") or []:
        kind = constraint.args.get("kind")
        if isinstance(kind, exp.NotNullColumnConstraint):
            nullable = bool(kind.args.get("allow_null"))
        elif isinstance(kind, exp.DefaultColumnConstraint) and isinstance(kind.this, exp.Literal | exp.Null):
            default = None if isinstance(kind.this, exp.Null) else kind.this.name
        elif not isinstance(kind, exp.CharacterSetColumnConstraint | exp.CollateColumnConstraint | exp.CommentColumnConstraint):
            raise Unsupported("keys and constraints are not supported", help="write columns only: name and type")
    return Declared(node.name, node.args["kind"].sql("mysql").lower(), nullable, default)
