"""Documents that people print and sign: read from Markdown, written as Word and PDF."""
