"""What a load of an export may be told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Attributes:
        text: whether the texts are kept; lengths are compared with what the file says in any case.
        check_sha1: whether texts are compared with the checksums that the file tells.
        lenient: a page that cannot be read is set aside in `load_quarantine` instead of ending the load.
        most_mb: of a revision, in MiB of XML; a longer one is refused.
    """

    text: bool = True
    check_sha1: bool = False
    lenient: bool = False
    most_mb: int = 32
