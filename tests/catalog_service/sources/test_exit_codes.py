"""Wrong use of the commands of sources leaves with exit code 2, as docs/cli.md says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.command import Cli

_CKAN = ("source", "add", "parks", "--type", "ckan", "--url", "https://data.example.org")
WRONG = {
    "unknown-platform": ("source", "add", "parks", "--type", "nope", "--url", "https://a.example"),
    "address-needed": ("source", "add", "parks", "--type", "ckan"),
    "address-not-plain": ("source", "add", "parks", "--type", "ckan", "--url", "file:///etc/hosts"),
    "bad-schedule": (*_CKAN, "--schedule", "now and then"),
    "unknown-option": (*_CKAN, "--option", "colour=red"),
    "unknown-run": ("runs", "show", "none"),
    "unknown-source": ("source", "show", "none"),
}


@pytest.mark.parametrize("code", sorted(WRONG))
def test_what_cannot_be_is_wrong_use(tmp_path: Path, code: str) -> None:
    atlas = Cli(tmp_path)
    assert atlas("source", "add", "other").code == 0
    refused = atlas(*WRONG[code])
    assert code in refused.err
    assert refused.code == 2
