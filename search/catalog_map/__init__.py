"""A map of a whole catalogue: datasets near to each other where they mean or hold the same."""
