"""What runs SQL. An engine takes only what the guard has authorized."""
