"""How records come in: file readers, mappings, the privacy rule."""
