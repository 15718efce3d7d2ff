"""The rules and both engines, read and compiled once."""

from __future__ import annotations

import pytest

from shapes.engines import PyShaclEngine, ShaclEngine
from shapes.rules import Rules
from tests.shapes.examples import DAY


@pytest.fixture(scope="session")
def rules() -> Rules:
    return Rules.load()


@pytest.fixture(scope="session")
def gate(rules: Rules) -> ShaclEngine:
    return ShaclEngine(rules, DAY)


@pytest.fixture(scope="session")
def referee(rules: Rules) -> PyShaclEngine:
    return PyShaclEngine(rules, DAY)
