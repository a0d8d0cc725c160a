"""What a value means: one definition of each function, bound by each engine."""
