"""Corridor: ask, sponsor, approve, review, end. Nothing of how a credential is checked lives here."""
