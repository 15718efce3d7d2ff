"""Measured quality: dated, kept by day, never computed again for the past."""
