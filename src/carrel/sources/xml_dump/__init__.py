"""Exports of MediaWiki: XML of schema 0.3 to 0.11, packed in any way that `io.streams` unpacks."""

from __future__ import annotations

from typing import Final

from carrel.model.capabilities import SourceCapabilities

NAME: Final = "xml-dump"
SUMMARY: Final = "MediaWiki's XML exports, schema 0.3 to 0.11: page, revision and text, or logging, rebuilt in the layout of 2018."
_PACKED: Final = ("", ".gz", ".bz2", ".xz", ".lzma", ".zst", ".7z")
CAPABILITIES: Final = SourceCapabilities(layout="rebuilt", formats=tuple(f"xml{packed}" for packed in _PACKED))
