"""Following datasets, organizations, topics and searches: what changed reaches who wants it."""
