"""The workbench of whoever keeps the catalogue: what waits for them, and where they do it."""
