"""Sites that publish dumps of wikis: their index, and their files by HTTP. What a dump says is read in `sources`."""
