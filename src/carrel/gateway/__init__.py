"""The corridor of one question's life: what happens before the run and after it. The one way to data."""
