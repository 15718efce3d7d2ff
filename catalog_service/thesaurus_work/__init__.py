"""The thesaurus at work: words that people say, proposed, tried on searches, released, undone."""
