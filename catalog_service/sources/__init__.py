"""Sources of records: registration, imports, pushes, runs, and what stewards decide."""
