"""How records are found: analysis, queries, indexes, ranking, results."""
