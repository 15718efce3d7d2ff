"""Concept schemes, the ontology, and the pages and documents of every term."""
