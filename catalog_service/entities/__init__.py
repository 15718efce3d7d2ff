"""Organisations, districts, themes and data items, and the home page that leads to them."""
