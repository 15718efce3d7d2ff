"""Searching the atlas: parameters, result pages, exports, feeds, evaluation, the thesaurus."""
