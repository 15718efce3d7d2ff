"""The map of the whole catalogue: made beside the projections, shown without what was closed."""
