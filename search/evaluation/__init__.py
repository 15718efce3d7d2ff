"""Measuring a ranking against judged queries."""
