"""CREATE TABLE, as mysqldump and mariadb-dump write it, read into a `Table`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from carrel.model.names import TableName
from carrel.model.tables import Column, DatabaseKind, Index, Table
from carrel.sources.sql_dump.tokens import BadDefinition, Token, tokens
from carrel.sources.sql_dump.types import NativeType, native_type

_COLLATIONS: Final = {
    "utf8": "utf8mb3_general_ci", "utf8mb3": "utf8mb3_general_ci", "utf8mb4": "utf8mb4_general_ci", "latin1": "latin1_swedish_ci", "ascii": "ascii_general_ci",
}
"""Default collations of the character sets, which MariaDB 10.6 and later always prints."""

_ITEMS: Final = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR", "KEY", "INDEX", "FOREIGN", "CHECK", "PERIOD"})
"""What an item of CREATE TABLE that is no column begins with."""

_NOW: Final = frozenset({"current_timestamp", "now", "localtime", "localtimestamp"})
_DATES: Final = ("timestamp", "datetime")


@dataclass(frozen=True, slots=True)
class Definition:
    """A table as a dump declares it.

    Attributes:
        types: of each column, in order.
        charsets: of each column whose type has a character set, by name: the column's own or the table's; empty where none is said.
    """

    table: Table
    types: tuple[NativeType, ...]
    charsets: Mapping[str, str]


def parse(statement: bytes, database: str) -> Definition:
    """Reads `CREATE TABLE name (…) options`.

    Raises:
        BadDefinition: a construct or type that is not known, with its place.
    """
    return _Parser(tokens(statement), database).table()


@dataclass(slots=True)
class _Parser:
    tokens: list[Token]
    database: str
    at: int = 0
    columns: list[Column] = field(default_factory=list)
    types: list[NativeType] = field(default_factory=list)
    charsets: dict[str, str] = field(default_factory=dict)
    primary: tuple[str, ...] = ()
    indexes: list[Index] = field(default_factory=list)

    def table(self) -> Definition:
        self._expect("CREATE")
        self._accept("TEMPORARY")
        self._expect("TABLE")
        if self._accept("IF"):
            self._expect("NOT")
            self._expect("EXISTS")
        name = self._name()
        if self._accept("."):
            name = self._name()
        self._expect("(")
        while True:
            self._item()
            if not self._accept(","):
                break
        self._expect(")")
        options, charset = self._options()
        not_null = frozenset(self.primary)
        columns = tuple(column if column.name not in not_null else _not_null(column) for column in self.columns)
        table = Table(
            name=TableName(self.database, name), kind=DatabaseKind.WIKI, columns=columns, primary_key=self.primary, indexes=tuple(self.indexes),
            options=options,
        )
        charsets = {column: own or charset for column, own in self.charsets.items()}
        return Definition(table, tuple(self.types), charsets)

    def _item(self) -> None:
        if self._peek().kind == "name" or (self._peek().kind == "word" and self._peek().upper not in _ITEMS):
            self._column()
            return
        word = self._take().upper
        if word == "CONSTRAINT":
            if self._peek().upper not in {"PRIMARY", "UNIQUE", "FOREIGN", "CHECK"}:
                self._name()
            word = self._take().upper
        if word == "PRIMARY":
            self._expect("KEY")
            self.primary = tuple(_bare(column) for column in self._key_columns())
        elif word in {"UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR"}:
            _ = self._accept("KEY") or self._accept("INDEX")
            self._index(unique=word == "UNIQUE", kind="" if word == "UNIQUE" else word)
        elif word in {"KEY", "INDEX"}:
            self._index()
        elif word in {"FOREIGN", "CHECK", "PERIOD"}:
            self._skip_item()
        else:
            self.at -= 1
            self._fail("expected a column or a key")

    def _index(self, *, unique: bool = False, kind: str = "") -> None:
        name = self._name()
        columns = self._key_columns()
        if all(columns):
            self.indexes.append(Index(name=name, columns=columns, unique=unique, kind=kind))

    def _key_columns(self) -> tuple[str, ...]:
        """What a key is of; empty in the place of an expression."""
        columns = []
        if self._accept("USING"):
            self._take()
        self._expect("(")
        while True:
            columns.append(self._key_column())
            if not self._accept(","):
                break
        self._expect(")")
        self._skip_item()
        return tuple(columns)

    def _key_column(self) -> str:
        if self._peek().upper == "(":
            self._brackets()
            column = ""
        else:
            column = self._name()
        if self._accept("("):
            column += f"({self._take().text})"
            self._expect(")")
        if self._accept("WITHOUT"):
            # A period of time is no column.
            self._expect("OVERLAPS")
            column = ""
        _ = self._accept("ASC") or self._accept("DESC")
        return column

    def _column(self) -> None:
        name = self._name()
        kind = self._type()
        facts = _Facts()
        while self._peek().upper not in {",", ")"}:
            self._attribute(facts)
        if kind.character:
            self.charsets[name] = facts.charset
        nullable = facts.nullable if facts.nullable is not None else True
        self.columns.append(Column(
            name=name, type=kind.lake, native_type=kind.native, nullable=nullable, default=facts.default, extra=facts.extra, collation=facts.collation(),
        ))
        self.types.append(kind)

    def _type(self) -> NativeType:
        token = self._take()
        name = token.text.lower()
        if name == "national":
            token = self._take()
            name = token.text.lower()
        if name == "double":
            self._accept("PRECISION")
        arguments: list[str] = []
        if self._accept("("):
            while not self._accept(")"):
                argument = self._take()
                arguments.append(_quote(argument.text) if argument.kind == "string" else argument.text)
                self._accept(",")
        unsigned = zerofill = False
        while self._peek().upper in {"UNSIGNED", "SIGNED", "ZEROFILL"}:
            word = self._take().upper
            unsigned, zerofill = unsigned or word == "UNSIGNED", zerofill or word == "ZEROFILL"
        try:
            return native_type(name, arguments, unsigned=unsigned, zerofill=zerofill)
        except (KeyError, ValueError):
            raise BadDefinition(f"unknown column type `{_short(token.text)}`", token.at) from None

    def _attribute(self, facts: _Facts) -> None:
        word = self._take().upper
        if word == "NOT" and not self._accept("ENFORCED"):
            self._expect("NULL")
            facts.nullable = False
        elif word == "NULL":
            facts.nullable = True
        elif word == "DEFAULT":
            facts.default = self._default()
        elif word == "AUTO_INCREMENT":
            facts.extra = "auto_increment"
        elif word == "ON":
            self._expect("UPDATE")
            facts.extra = f"on update {self._default()}"
        elif word in {"CHARACTER", "CHARSET", "COLLATE"}:
            self._charset(word, facts)
        elif word in {"GENERATED", "AS"}:
            _ = self._accept("ALWAYS") and self._accept("AS")
            facts.extra = self._generated()
        else:
            self._ignored(word)

    def _generated(self) -> str:
        if self._accept("ROW"):
            # The times from which and to which a row of a versioned table is valid: the dump has them as values.
            self._take()
            return "STORED GENERATED"
        self._brackets()
        return f"{self._take().text.upper()} GENERATED" if self._peek().upper in {"STORED", "VIRTUAL", "PERSISTENT"} else "VIRTUAL GENERATED"

    def _charset(self, word: str, facts: _Facts) -> None:
        if word == "COLLATE":
            facts.collate = self._take().text.lower()
            return
        if word == "CHARACTER":
            self._expect("SET")
        facts.charset = self._take().text.lower()

    def _ignored(self, word: str) -> None:
        """Parts that change no value."""
        if word in {"COMMENT", "COLUMN_FORMAT", "STORAGE", "SRID"}:
            self._take()
        elif word in {"WITH", "WITHOUT"}:
            self._expect("SYSTEM")
            self._expect("VERSIONING")
        elif word in {"CHECK", "VISIBLE", "INVISIBLE", "COMPRESSED", "ENFORCED", "NOT"}:
            if self._peek().upper == "(":
                self._brackets()
        else:
            self.at -= 1
            self._fail("unknown part of a column")

    def _default(self) -> str | None:
        sign = "-" if self._accept("-") else ""
        if self._peek().upper == "(":
            return self._brackets()
        token = self._take()
        if token.upper == "NULL":
            return None
        if token.kind != "word":
            return sign + token.text
        name = token.text.lower()
        bracket = self._brackets() if self._peek().upper == "(" else "()"
        return f"current_timestamp{bracket}" if name in _NOW else f"{name}{bracket}"

    def _brackets(self) -> str:
        """What stands in brackets, with them."""
        self._expect("(")
        text = "("
        depth = 1
        while depth:
            token = self._take()
            depth += {"(": 1, ")": -1}.get(token.upper, 0)
            text += _quote(token.text) if token.kind == "string" else token.text
        return text

    def _skip_item(self) -> None:
        while self._peek().upper not in {",", ")"}:
            if self._peek().upper == "(":
                self._brackets()
            else:
                self._take()

    def _options(self) -> tuple[str, str]:
        """The options as SHOW CREATE TABLE prints them, and the table's character set."""
        words: list[str] = []
        charset = ""
        while self.at < len(self.tokens) and self._peek().upper != ";":
            token = self._take()
            if token.upper == "PARTITION":
                break
            if token.upper == "=":
                words[-1] += "="
            elif words and words[-1].endswith("="):
                words[-1] += _quote(token.text) if token.kind == "string" else token.text
            elif token.upper != ",":
                words.append(token.text)
        for number, word in enumerate(words):
            if word.upper().startswith(("CHARSET=", "SET=")):
                charset = word.split("=")[1].lower()
                words[number] = word.split("=")[0] + "=" + {"utf8": "utf8mb3"}.get(charset, charset)
        if charset in _COLLATIONS and not any(word.upper().startswith("COLLATE=") for word in words):
            words.append(f"COLLATE={_COLLATIONS[charset]}")
        return " ".join(words), charset

    def _name(self) -> str:
        token = self._take()
        if token.kind not in {"name", "word"}:
            self.at -= 1
            self._fail("expected a name")
        return token.text

    def _peek(self) -> Token:
        if self.at >= len(self.tokens):
            raise BadDefinition("CREATE TABLE ends too early", self.tokens[-1].at if self.tokens else 0)
        return self.tokens[self.at]

    def _take(self) -> Token:
        token = self._peek()
        self.at += 1
        return token

    def _accept(self, word: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at].upper == word:
            self.at += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            self._fail(f"expected `{word}`")

    def _fail(self, reason: str) -> None:
        token = self._peek()
        raise BadDefinition(f"{reason}, found `{_short(token.text)}`", token.at)


@dataclass(slots=True)
class _Facts:
    """What the attributes of a column have said so far."""

    nullable: bool | None = None
    default: str | None = None
    extra: str = ""
    charset: str = ""
    collate: str = ""

    def collation(self) -> str:
        charset = {"utf8": "utf8mb3"}.get(self.charset, self.charset)
        collate = self.collate.replace("utf8_", "utf8mb3_") or _COLLATIONS.get(charset, "")
        if charset:
            return f"CHARACTER SET {charset}" + (f" COLLATE {collate}" if collate else "")
        return f"COLLATE {collate}" if collate else ""


def _not_null(column: Column) -> Column:
    return Column(
        name=column.name, type=column.type, native_type=column.native_type, nullable=False, default=column.default, extra=column.extra,
        collation=column.collation,
    )


def _bare(column: str) -> str:
    """A key's column without its prefix length."""
    return column.split("(", maxsplit=1)[0]


def _short(text: str) -> str:
    """For a message of one line."""
    return " ".join(text.split())[:40]


def _quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
