"""Exports of MediaWiki: XML of schema 0.10 and 0.11, plain, gzip or bzip2."""

from __future__ import annotations

from typing import Final

from carrel.model.capabilities import SourceCapabilities

NAME: Final = "xml-dump"
SUMMARY: Final = "MediaWiki's XML exports, schema 0.10 and 0.11: page, revision and text rebuilt in the layout of 2018."
CAPABILITIES: Final = SourceCapabilities(layout="rebuilt", formats=("xml", "xml.gz", "xml.bz2"))
