"""Dumps of MediaWiki, iterated: `for page in dump: for revision in page`. The names are those of mwxml, so that its scripts run with one import changed.

    import carrel.dumps as mwxml

Loading a dump into tables is `carrel load xml-dump`; fetching one is `carrel dump fetch`.
"""

from carrel.dumps.dump import Dump
from carrel.dumps.errors import MalformedXML
from carrel.dumps.page import Page
from carrel.dumps.parallel import map
from carrel.dumps.revision import Revision
from carrel.dumps.timestamp import Timestamp
from carrel.dumps.types import Content, Deleted, LogItem, Namespace, SiteInfo, Slots, User

__all__ = ["Content", "Deleted", "Dump", "LogItem", "MalformedXML", "Namespace", "Page", "Revision", "SiteInfo", "Slots", "Timestamp", "User", "map"]
