"""The journal: the append-only truth of the catalogue."""
