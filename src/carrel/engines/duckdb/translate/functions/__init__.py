"""MySQL's functions by name, each with the DuckDB text that gives its meaning."""
