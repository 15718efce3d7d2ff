"""A reconciliation service (OpenRefine, 0.2): organisations, places, themes, datasets."""
