"""Exports of MediaWiki: XML of schema 0.3 to 0.11, packed in any way that `io.streams` unpacks."""

from __future__ import annotations

from typing import Final

from carrel.model.capabilities import SourceCapabilities, SourceOption

NAME: Final = "xml-dump"
SUMMARY: Final = "MediaWiki's XML exports, schema 0.3 to 0.11: page, revision and text, or logging, rebuilt in the layout of 2018."
_PACKED: Final = ("", ".gz", ".bz2", ".xz", ".lzma", ".zst", ".7z")
_OPTIONS: Final = (
    SourceOption(flag="--no-text", name="text", value=False, help="Leave the texts out."),
    SourceOption(flag="--check-sha1", name="check_sha1", value=True, help="Compare each text with the checksum that the export tells; this takes longer."),
    SourceOption(flag="--lenient", name="lenient", value=True, help="Set pages that cannot be read aside in the table load_quarantine, and go on."),
    SourceOption(flag="--largest", name="most_mb", value=32, help="MiB of XML that a revision may have; a larger one is refused."),
)
CAPABILITIES: Final = SourceCapabilities(
    layout="rebuilt",
    formats=tuple(f"xml{packed}" for packed in _PACKED), resumes=True, numbers=(("page", "page_id"), ("revision", "rev_id"), ("logging", "log_id")),
    beside=(("export_slots", "revision"),), options=_OPTIONS,
)
