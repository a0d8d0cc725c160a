"""The nouns of Carrel: frozen types, the error tree and the ports. No input or output happens here, and nothing of ours is imported."""
