"""Open lists: what organizations say every year that they open."""
