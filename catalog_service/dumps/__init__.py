"""The whole catalogue as files: dumps, what changed between them, how long they stay."""
