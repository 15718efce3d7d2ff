"""What a search answers with: hits, facets, suggestions, other texts worth a search."""
