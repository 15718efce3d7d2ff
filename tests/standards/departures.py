"""Where this project departs from the W3C suites, each test with its reason (departures.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

_TABLE: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("departures.toml").read_text("utf-8")
)


def reasons(section: str) -> dict[str, str]:
    """The tests of a section that are known to fail, and why."""
    return _TABLE[section]


def assert_only_known(section: str, failed: Mapping[str, str]) -> None:
    """Fail for a departure that is not listed, and for a listed one that is none any more."""
    known = reasons(section)
    unknown = {name: why for name, why in failed.items() if name not in known}
    assert not unknown, f"departures that departures.toml does not list: {unknown}"
    mended = sorted(known.keys() - failed.keys())
    assert not mended, f"no departures any more, strike them from departures.toml: {mended}"
