"""Reading RDF files, whole or broken somewhere."""
