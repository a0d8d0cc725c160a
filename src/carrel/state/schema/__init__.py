"""All tables of the state, one module per area; `METADATA` knows them all."""

from carrel.state.schema import audit, copies, exceptions, identity, jobs, lake, notices, reads, retags, shares
from carrel.state.schema.base import METADATA

__all__ = ["METADATA", "audit", "copies", "exceptions", "identity", "jobs", "lake", "notices", "reads", "retags", "shares"]
