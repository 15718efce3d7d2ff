"""Datasets described on pages: forms made from the shapes, drafts, and their way to the door."""
