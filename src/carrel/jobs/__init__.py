"""Corridor: work that nobody waits for at a door: loading, and what follows from it."""
