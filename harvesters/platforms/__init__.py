"""Platforms that are visited over HTTP or in a folder: what they list, and each dataset of it."""
