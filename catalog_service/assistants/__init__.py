"""Assistants ask the catalogue by the Model Context Protocol: read-only tools and resources."""
