"""Functions on text. Text of bytes is measured and cut by bytes, text of characters by characters, as MySQL does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from carrel.engines.duckdb.translate.functions.registry import Function, constant_int
from carrel.engines.duckdb.translate.kinds import BIGINT, BLOB, BYTES, TEXT, Family, Kind
from carrel.engines.duckdb.translate.values import Value, as_bits, as_int, as_number, as_text, is_column, unless_ascii
from carrel.model.errors import NotAllowed

Arguments = Sequence[Value]


def _kind(*texts: Value) -> Kind:
    """Of what is made from these texts: bytes where one of them is."""
    return BYTES if any(text.kind.bytes for text in texts) else TEXT


def _texts(arguments: Arguments) -> list[Value]:
    return [as_text(argument) for argument in arguments]


def _cuts_bytes(text: Value) -> bool:
    return text.kind.bytes and not text.kind.digits14


def _small(value: Value) -> bool:
    return isinstance(value.constant, int) and 0 < value.constant < 1_000_000


def _substr(arguments: Arguments) -> Value:
    text, start = as_text(arguments[0]), arguments[1]
    length = arguments[2] if len(arguments) > 2 else Value("999999999", BIGINT, 1)
    kind = _kind(text)
    if not _cuts_bytes(text) and _small(start) and _small(length):
        return Value(f"substr({text}, {start}, {length})", kind)
    if not _cuts_bytes(text):
        return Value(f"carrel_substr({text}, {as_int(start)}, {as_int(length)})", kind)
    if _small(start) and _small(length) and is_column(text):
        return Value(f"carrel_bytes_cut({text}, {start}, {length})", kind)
    return Value(f"carrel_bytes_substr({text}, {as_int(start)}, {as_int(length)})", kind)


def _left(arguments: Arguments) -> Value:
    return _substr([arguments[0], Value("1", BIGINT, 1), arguments[1]])


def _right(arguments: Arguments) -> Value:
    text, length = as_text(arguments[0]), arguments[1]
    if _cuts_bytes(text) and _small(length) and is_column(text):
        return Value(f"carrel_bytes_end({text}, {length})", _kind(text))
    macro = "carrel_bytes_right" if _cuts_bytes(text) else "carrel_right"
    return Value(f"{macro}({text}, {as_int(length)})", _kind(text))


def _length(arguments: Arguments) -> Value:
    value = arguments[0]
    if value.kind.family is Family.BLOB:
        return Value(f"octet_length({value})", BIGINT)
    text = as_text(value)
    if not _cuts_bytes(text) or isinstance(text.constant, str):
        return Value(f"strlen({text})", BIGINT)
    return Value(unless_ascii(text, f"strlen({text})", f"carrel_octets({text})"), BIGINT)


def _char_length(arguments: Arguments) -> Value:
    text = as_text(arguments[0])
    return _length(arguments) if text.kind.bytes else Value(f"length({text})", BIGINT)


def _folding(*texts: Value) -> list[str]:
    """The texts as they are searched: without case where all are compared so."""
    if all(text.kind.folded for text in texts):
        return [f"carrel_like_fold({text})" for text in texts]
    return [str(text) for text in texts]


def _locate(arguments: Arguments) -> Value:
    part, text = _texts(arguments[:2])
    position = as_int(arguments[2]) if len(arguments) > 2 else Value("1", BIGINT)
    folded_part, folded_text = _folding(part, text)
    of_bytes = _cuts_bytes(text) or part.kind.bytes
    if of_bytes and len(arguments) == 2 and isinstance(part.constant, str) and part.constant.isascii():
        return Value(f"carrel_bytes_instr({folded_part}, {folded_text})", BIGINT)
    macro = "carrel_bytes_locate" if of_bytes else "carrel_locate"
    return Value(f"{macro}({folded_part}, {folded_text}, {position})", BIGINT)


def _concat(arguments: Arguments) -> Value:
    texts = _texts(arguments)
    return Value("(" + " || ".join(str(text) for text in texts) + ")", _kind(*texts))


def _concat_ws(arguments: Arguments) -> Value:
    texts = _texts(arguments)
    return Value(f"concat_ws({', '.join(str(text) for text in texts)})", _kind(*texts))


def _by_macro(macro: str) -> Function:
    """One or more texts in, one text out."""

    def build(arguments: Arguments) -> Value:
        texts = _texts(arguments)
        return Value(f"{macro}({', '.join(str(text) for text in texts)})", _kind(*texts))

    return Function(build, 1, 4)


def _replace(arguments: Arguments) -> Value:
    text, part, new = _texts(arguments)
    if isinstance(part.constant, str) and part.constant and isinstance(new.constant, str):
        return Value(f"replace({text}, {part}, {new})", _kind(text, part, new))
    return Value(f"carrel_replace({text}, {part}, {new})", _kind(text, part, new))


def _case(function: str) -> Function:
    def build(arguments: Arguments) -> Value:
        text = as_text(arguments[0])
        return text if text.kind.bytes else Value(f"{function}({text})", text.kind)

    return Function(build, 1, 1)


def _pad(macro: str) -> Function:
    def build(arguments: Arguments) -> Value:
        text, fill = as_text(arguments[0]), as_text(arguments[2]) if len(arguments) > 2 else Value("' '", TEXT)
        return Value(f"{macro}({text}, {as_int(arguments[1])}, {fill})", _kind(text, fill))

    return Function(build, 2, 3)


def _with_number(macro: str) -> Function:
    def build(arguments: Arguments) -> Value:
        text = as_text(arguments[0])
        return Value(f"{macro}({text}, {as_int(arguments[1])})", _kind(text))

    return Function(build, 2, 2)


def _hex(arguments: Arguments) -> Value:
    value = arguments[0]
    if value.kind.family is Family.BLOB:
        return Value(f"hex({value})", TEXT)
    if value.kind.family in (Family.TEXT, Family.DATE, Family.DATETIME, Family.NULL):
        return Value(f"hex(encode({as_text(value)}))", TEXT)
    return Value(f"hex({as_bits(value)})", TEXT)


def _digest(function: str) -> Function:
    def build(arguments: Arguments) -> Value:
        value = arguments[0]
        return Value(f"{function}({value if value.kind.family is Family.BLOB else as_text(value)})", TEXT)

    return Function(build, 1, 1)


def _sha2(arguments: Arguments) -> Value:
    if constant_int(arguments[1], "the length of SHA2", 0, 512) not in (0, 256):
        raise NotAllowed("`SHA2` gives 256 bits here, no other length")
    return Value(f"sha256({as_text(arguments[0])})", TEXT)


def _unhex(arguments: Arguments) -> Value:
    return Value(f"carrel_unhex({as_text(arguments[0])})", BLOB)


def _from_base64(arguments: Arguments) -> Value:
    return Value(f"carrel_from_base64({as_text(arguments[0])})", BLOB)


def _to_base64(arguments: Arguments) -> Value:
    value = arguments[0]
    return Value(f"carrel_to_base64({value if value.kind.family is Family.BLOB else f'encode({as_text(value)})'})", TEXT)


def _conv(arguments: Arguments) -> Value:
    source = constant_int(arguments[1], "a base of CONV", 2, 36)
    target = constant_int(arguments[2], "a base of CONV", 2, 36)
    return Value(f"carrel_conv({as_text(arguments[0])}, {source}, {target})", TEXT)


def _format(arguments: Arguments) -> Value:
    places = constant_int(arguments[1], "the places of FORMAT", 0, 30)
    number = as_number(arguments[0])
    text = f"round({number}, {min(places, number.kind.scale)})" if number.kind.family is Family.DECIMAL else str(number)
    return Value(f"carrel_format(CAST({text} AS DOUBLE), {places})", TEXT)


def _elt(arguments: Arguments) -> Value:
    texts = _texts(arguments[1:])
    cases = " ".join(f"WHEN {number} THEN {text}" for number, text in enumerate(texts, 1))
    return Value(f"CASE {as_int(arguments[0])} {cases} END", _kind(*texts))


def _find_in_set(arguments: Arguments) -> Value:
    part, parts = _folding(*_texts(arguments))
    return Value(f"carrel_find_in_set({part}, {parts})", BIGINT)


def _strcmp(arguments: Arguments) -> Value:
    one, two = _folding(*_texts(arguments))
    return Value(f"CASE WHEN {one} = {two} THEN 0 WHEN {one} < {two} THEN -1 WHEN {one} > {two} THEN 1 END", Kind(Family.INT, "INTEGER"))


def _insert(arguments: Arguments) -> Value:
    text, new = as_text(arguments[0]), as_text(arguments[3])
    return Value(f"carrel_insert({text}, {as_int(arguments[1])}, {as_int(arguments[2])}, {new})", _kind(text, new))


def _char(arguments: Arguments) -> Value:
    return Value("(" + " || ".join(f"carrel_char({as_int(argument)})" for argument in arguments) + ")", BYTES)


def _space(arguments: Arguments) -> Value:
    return Value(f"carrel_repeat(' ', {as_int(arguments[0])})", TEXT)


def _substring_index(arguments: Arguments) -> Value:
    text, part = _texts(arguments[:2])
    return Value(f"carrel_substring_index({text}, {part}, {as_int(arguments[2])})", _kind(text, part))


def _to_int(macro: str) -> Function:
    return Function(lambda arguments: Value(f"{macro}({as_text(arguments[0])})", BIGINT), 1, 1)


def _bits_text(expression: str) -> Function:
    return Function(lambda arguments: Value(expression.format(as_bits(arguments[0])), TEXT), 1, 1)


def _bit_length(arguments: Arguments) -> Value:
    return Value(f"({_length(arguments)} * 8)", BIGINT)


def _inet_ntoa(arguments: Arguments) -> Value:
    return Value(f"carrel_inet_ntoa({as_int(arguments[0])})", TEXT)


def _inet6_ntoa(arguments: Arguments) -> Value:
    value = arguments[0]
    return Value(f"carrel_inet6_ntoa({value if value.kind.family is Family.BLOB else f'encode({as_text(value)})'})", TEXT)


def _inet6_aton(arguments: Arguments) -> Value:
    return Value(f"carrel_inet6_aton({as_text(arguments[0])})", BLOB)


def _make_set(arguments: Arguments) -> Value:
    texts = _texts(arguments[1:])
    parts = [f"CASE WHEN ({as_bits(arguments[0])} & {1 << place}) <> 0 THEN {text} END" for place, text in enumerate(texts)]
    return Value(f"CASE WHEN {arguments[0]} IS NOT NULL THEN concat_ws(',', {', '.join(parts)}) END", _kind(*texts))


def _truncated(macro: str) -> Function:
    return Function(lambda arguments: Value(f"{macro}(CAST({as_text(arguments[0])} AS VARCHAR))", TEXT), 1, 1)


def _quote(arguments: Arguments) -> Value:
    return Value(f"carrel_quote({as_text(arguments[0])})", _kind(as_text(arguments[0])))


def _reverse(arguments: Arguments) -> Value:
    text = as_text(arguments[0])
    return Value(f"reverse({text})", replace(text.kind, digits14=False))


TEXTS: Final = {
    "left": Function(_left, 2, 2), "right": Function(_right, 2, 2), "substr": Function(_substr, 2, 3), "substring_index": Function(_substring_index, 3, 3),
    "length": Function(_length, 1, 1), "char_length": Function(_char_length, 1, 1), "bit_length": Function(_bit_length, 1, 1),
    "locate": Function(_locate, 2, 3), "concat": Function(_concat, 1, None), "concat_ws": Function(_concat_ws, 2, None),
    "replace": Function(_replace, 3, 3), "lower": _case("lower"), "upper": _case("carrel_upper"), "reverse": Function(_reverse, 1, 1),
    "trim": _by_macro("carrel_trim"), "ltrim": _by_macro("carrel_ltrim"), "rtrim": _by_macro("carrel_rtrim"),
    "lpad": _pad("carrel_lpad"), "rpad": _pad("carrel_rpad"), "repeat": _with_number("carrel_repeat"), "space": Function(_space, 1, 1),
    "hex": Function(_hex, 1, 1), "unhex": Function(_unhex, 1, 1), "md5": _digest("md5"), "sha1": _digest("sha1"), "sha2": Function(_sha2, 2, 2),
    "to_base64": Function(_to_base64, 1, 1), "from_base64": Function(_from_base64, 1, 1), "conv": Function(_conv, 3, 3), "format": Function(_format, 2, 2),
    "bin": _bits_text("bin({})"), "oct": _bits_text("carrel_conv(CAST({} AS VARCHAR), 10, 8)"),
    "elt": Function(_elt, 2, None), "find_in_set": Function(_find_in_set, 2, 2), "strcmp": Function(_strcmp, 2, 2), "insert": Function(_insert, 4, 4),
    "char": Function(_char, 1, None), "ascii": _to_int("carrel_ascii"), "ord": _to_int("carrel_ord"), "quote": Function(_quote, 1, 1),
    "make_set": Function(_make_set, 2, 65), "soundex": _by_macro("carrel_soundex"),
    "inet_ntoa": Function(_inet_ntoa, 1, 1), "inet_aton": _to_int("carrel_inet_aton"), "inet6_ntoa": Function(_inet6_ntoa, 1, 1),
    "inet6_aton": Function(_inet6_aton, 1, 1),
    "carrel_ip_prefix": _truncated("carrel_ip_prefix"), "carrel_day": _truncated("carrel_day"), "carrel_agent_family": _truncated("carrel_agent_family"),
}
"""By MySQL's name; what a synonym means is said in `calls`."""


