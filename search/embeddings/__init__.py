"""Searching by meaning: vectors from an installed model or a server, beside the words.

Not even loaded where there is none. Searching and indexing never wait for long, and never fail with
it (docs/search.md).
"""
