"""Records that repeat each other, a district's that repeat the city's above all, and decisions."""
