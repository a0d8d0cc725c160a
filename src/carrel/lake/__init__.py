"""Where bytes rest: published snapshots of tables as Parquet files, the loads that make them, and their deletion. What the bytes mean is the catalog's."""

from carrel.lake.lake import Lake

__all__ = ["Lake"]
