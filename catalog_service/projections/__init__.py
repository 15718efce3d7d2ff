"""Projections: what is derived from the journal and can be thrown away."""
