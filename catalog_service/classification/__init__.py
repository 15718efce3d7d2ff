"""Classes of datasets, the conditions that follow, agreements, and reviews before opening."""
