"""What a wiki hides, as rules: each finds, for the tables that are there, conditions under which a row or some of its cells are hidden."""
