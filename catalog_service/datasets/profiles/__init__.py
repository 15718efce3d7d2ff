"""Profiles: the same dataset described as different readers expect it, one module each."""
