"""Language analysis in Python, the same for documents and queries, so that every index gets the
same tokens."""
