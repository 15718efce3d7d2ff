"""Language analysis in Python, the same for documents and queries, so that every engine gets the
same tokens."""
