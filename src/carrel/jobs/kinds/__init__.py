"""The kinds of job, a module each: `OPTIONS`, and the class `Kind` that is handed the parts it may need."""
