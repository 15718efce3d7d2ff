"""The read API of CKAN over this catalogue, for tools that speak it."""
