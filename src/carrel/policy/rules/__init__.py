"""One rule per file, found by folder. Each module offers `make(policy) -> Rule`; a rule says what it has to say and never looks at another."""
