"""Carrel: one policy-enforcing gateway before the data of MediaWiki wikis."""

__version__ = "0.1.0"
