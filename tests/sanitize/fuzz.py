"""What atheris drives, one native part a process: `python -m tests.sanitize.fuzz NAME [libFuzzer's options]`, in the environment that `build` describes.

Each takes whatever bytes; what the native part makes of them must lie in its bounds, be whole as Arrow asks, and be what its twin makes of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import atheris
import pyarrow as pa

from carrel.doors import _native
from carrel.dumps import characters
from carrel.sources.sql_dump import native as sql_native
from carrel.sources.sql_dump.types import NativeType
from carrel.sources.xml_dump import native as xml_native
from tests.exports import WAYS, read

FOLDER: Final = Path(mkdtemp())
_KINDS: Final = (
    pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(), pa.float64(), pa.binary(), pa.binary(),
)
_HEADING: Final = b"INSERT INTO `t` VALUES "
_HEAD: Final = (
    b'<mediawiki version="0.10"><siteinfo><namespaces><namespace key="0"/><namespace key="1">Talk</namespace><namespace key="-1">Special</namespace>'
    b"</namespaces></siteinfo>"
)


def sql_scan(data: bytes) -> None:
    """Columns, then rows. What a cut leaves whole is what stands there first."""
    given = atheris.FuzzedDataProvider(data)
    types = [_column(given.ConsumeIntInRange(0, len(_KINDS) - 1), given.ConsumeIntInRange(0, 40)) for _ in range(given.ConsumeIntInRange(1, 6))]
    cut = given.ConsumeIntInRange(0, 4000)
    text = given.ConsumeBytes(given.remaining_bytes())
    described = sql_native.described(types)
    found = sql_native.find(text, 0, types, described, _HEADING)
    first = sql_native.find(text[:cut], 0, types, described, _HEADING)
    if found is None or first is None:
        return
    for array in found.arrays + first.arrays:
        array.validate(full=True)
    assert first.rows <= found.rows
    assert first.rows == 0 or first.end <= found.end
    assert [array.slice(0, first.rows).to_pylist() for array in found.arrays] == [array.to_pylist() for array in first.arrays]


def _column(kind: int, pad: int) -> NativeType:
    return NativeType("", "", _KINDS[kind], pad if _KINDS[kind] == pa.binary() else 0)


def xml_scan(data: bytes) -> None:
    """A whole export behind a header, native and by the exact parser: the same tables, or a refusal by both."""
    path = FOLDER / "export.xml"
    path.write_bytes(_HEAD + data[1:])
    lenient, text = bool(data[:1] > b"\x7f"), bool(data[:1] and data[0] & 1)
    found = [_comparable(read(way, path, lenient=lenient, text=text)) for way in ("native", "exact")]
    assert found[0] == found[1]


def _comparable(found: dict[str, Any]) -> dict[str, Any]:
    return {name: bool(value) if name in {"error", "position", "load_quarantine"} else value for name, value in found.items()}


def text(data: bytes) -> None:
    """Where the regular form ends, and what it means up to there."""
    end = characters.compiled.clean(data, 0)
    assert end == characters.clean_in_python(data, 0)
    assert characters.compiled.text(data[:end]) == characters.text_in_python(data[:end])
    with suppress(UnicodeDecodeError):
        characters.compiled.text(data)


def rows(data: bytes) -> None:
    """Columns of every kind with buffers of any length, written by each of the four; nothing beyond what they are given."""
    given = atheris.FuzzedDataProvider(data)
    described = tuple(
        (
            given.ConsumeIntInRange(-1, 17), given.ConsumeIntInRange(-2, 7), given.ConsumeIntInRange(-1, 9), _maybe(given, 4), _maybe(given, 200),
            _maybe(given, 60),
        )
        for _ in range(given.ConsumeIntInRange(0, 5))
    )
    start, count, size = given.ConsumeIntInRange(-1, 8), given.ConsumeIntInRange(0, 16), given.ConsumeIntInRange(0, 400)
    guarded = bytearray(size + 64)
    for write, how in ((_native.compiled.wire, (250,)), (_native.compiled.binary, (250,)), (_native.compiled.tabs, ()), (_native.compiled.commas, ())):
        with suppress(ValueError):
            written = write(described, start, count, *how, memoryview(guarded)[:size])
            assert written is None or (start <= written[0] <= count and 0 <= written[1] <= size)
    assert guarded[size:] == bytes(64)


def _maybe(given: Any, most: int) -> bytes | None:
    return None if given.ConsumeIntInRange(0, 7) == 0 else given.ConsumeBytes(given.ConsumeIntInRange(0, most))


HARNESSES: Final[dict[str, Callable[[bytes], None]]] = {
    "carrel.doors._rows": rows, "carrel.sources.sql_dump._scan": sql_scan, "carrel.sources.xml_dump._scan": xml_scan, "carrel.dumps._text": text,
}

SEEDS: Final = {
    "carrel.doors._rows": (bytes(range(256)), b"\x00" * 300),
    "carrel.sources.sql_dump._scan": (
        rb"(1,'a\\b''c',NULL,-5),(2,0x4142,1.5e3,_binary 'x');" + b"\nINSERT INTO `t` VALUES (3,'',0,1);" + bytes(20), b"(NULL,1)" * 40,
    ),
    "carrel.sources.xml_dump._scan": (
        b"\xff<page><title>Talk:A &amp; B</title><ns>1</ns><id>5</id><revision><id>7</id><parentid>6</parentid><timestamp>2018-05-01T12:34:56Z</timestamp>"
        b"<contributor><username>X</username><id>3</id></contributor><minor/><comment>c</comment><model>wikitext</model><format>text/x-wiki</format>"
        b'<text bytes="4" xml:space="preserve">a&lt;b\n</text><sha1>abc</sha1></revision></page></mediawiki>',
    ),
    "carrel.dumps._text": ("a &lt;b&gt; &quot;ü漢😀&#039; ]] >".encode(),),
}


def main(name: str, options: list[str]) -> None:
    assert "native" in WAYS
    assert xml_native.compiled is not None
    corpus = Path(mkdtemp())
    for number, seed in enumerate(SEEDS[name]):
        (corpus / str(number)).write_bytes(seed)
    atheris.Setup([sys.argv[0], *options, str(corpus)], HARNESSES[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
