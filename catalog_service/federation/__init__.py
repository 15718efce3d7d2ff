"""Catalogues that supply each other: the event stream and the paged catalogue."""
