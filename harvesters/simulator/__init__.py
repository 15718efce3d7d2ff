"""Simulated platforms to harvest from: generated catalogues, every wire shape, faults on demand.

A tool for development and tests. It knows nothing of the readers, mappings and platforms that it is
there to test, so that it cannot share their mistakes.
"""
