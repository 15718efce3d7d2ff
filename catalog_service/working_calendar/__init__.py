"""The calendar of working days: the State Council's, and what an operator set."""
