"""The vocabularies at work: values that no vocabulary knows, and what stewards decide of them."""
