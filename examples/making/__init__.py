"""How the example files are made from the base lists in ``examples/base``."""
