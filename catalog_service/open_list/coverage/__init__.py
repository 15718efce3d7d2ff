"""What the open lists of a year cover: of the catalogue (R12, R05), and of livelihood (R27)."""
