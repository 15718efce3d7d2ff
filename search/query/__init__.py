"""From a search text to what is asked of an index and what is wanted of a document."""
