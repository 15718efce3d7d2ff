"""Tokens and their scopes."""

from catalog_service.accounts.tokens import NewToken, Token, Tokens

__all__ = ["NewToken", "Token", "Tokens"]
