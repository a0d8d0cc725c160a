"""What the bytes mean: tables, columns, tags, visibility, search. It decides nothing: that is policy's."""
