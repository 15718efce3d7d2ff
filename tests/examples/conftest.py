"""The vocabulary, loaded once."""

from __future__ import annotations

import pytest

from ontology.vocabulary import Vocabulary, load_vocabulary


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()
