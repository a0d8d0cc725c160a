"""May they? Rules, the decision that they make together, and the guard that rewrites a question by it. Pure: facts are handed in."""
