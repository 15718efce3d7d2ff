"""Descriptions of the same data: candidates, comparison, relation with reasons."""
