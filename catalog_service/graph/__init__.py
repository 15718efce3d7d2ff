"""The graph: named graphs in Oxigraph and the snapshots published from it."""
