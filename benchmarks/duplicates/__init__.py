"""How well records that repeat each other are found, on labelled pairs of real records."""
