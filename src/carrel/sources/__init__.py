"""Where data comes from. A source declares its tables and reads batches; the catalog adds the tags."""
