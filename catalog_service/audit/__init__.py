"""Who did what to what, when, from where and why: append-only and chained by hashes."""
