"""Relations among datasets, computed from their descriptions, with evidence."""
