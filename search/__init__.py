"""How records are found: analysis, the query model and the engines."""
