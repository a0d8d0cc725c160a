"""The ways in. A door authenticates, converts types and error codes, and decides nothing."""
