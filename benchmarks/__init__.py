"""Measurements: each names its data and its baseline, both measured in the same run."""
