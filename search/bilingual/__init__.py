"""Plain nouns in Chinese and English: what searches mean, what titles say."""
