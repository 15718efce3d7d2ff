"""Searching by meaning: vectors from a server of the operator's choice, beside the words.

Off unless ``ATLAS_EMBEDDING_URL`` is set, and not even loaded then. Searching and indexing never
wait for it and never fail with it (docs/search.md).
"""
