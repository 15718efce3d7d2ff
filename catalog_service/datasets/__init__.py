"""One dataset: its description, who may see which version, findings, downloads, linked data."""
