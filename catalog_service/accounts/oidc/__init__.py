"""Signing in by an OpenID provider: who somebody is, and which groups of theirs are roles here."""
