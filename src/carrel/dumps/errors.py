"""What reading a dump may raise: errors of Carrel's tree, under the names that scripts know."""

from __future__ import annotations

from carrel.model.errors import BadInput

__all__ = ["BadInput", "MalformedXML"]


class MalformedXML(BadInput):
    """The file is not XML, or not an export of MediaWiki: the text says what was expected and found. `file` and `position` say where."""
