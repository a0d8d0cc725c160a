"""Byte readers, codecs and clients. No policy lives here."""
