"""The graph of things: what stands next to what, as data and as a picture."""
