"""Addresses in public records: asked at night whether they answer, as far as that is allowed."""
