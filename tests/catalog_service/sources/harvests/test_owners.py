"""Whether the process that owns a run is gone, as far as can be told from here."""

from __future__ import annotations

import platform

import pytest

from catalog_service.sources.harvests.harvest_tables import is_dead, new_owner

NOBODY = 2**22 + 1
"""More than any number of a process on Linux."""


def left(owner: str) -> str:
    """The same owner, had its process ended."""
    machine, _, name = owner.split(":")
    return f"{machine}:{NOBODY}:{name}"


def test_a_process_of_this_machine_is_known_by_its_number() -> None:
    owner = new_owner()
    assert not is_dead(owner) and is_dead(left(owner))


def test_a_machine_that_is_called_otherwise_now_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = new_owner()
    monkeypatch.setattr(platform, "node", lambda: "renamed")
    assert not is_dead(before) and is_dead(left(before))


def test_a_machine_of_the_same_name_is_the_same_after_another_boot() -> None:
    node, _, space = left(new_owner()).split("/")
    assert is_dead(f"{node}/another-boot/{space}")
    # As earlier versions wrote it.
    assert is_dead(f"{node}/{space}")


def test_of_another_machine_nothing_is_known() -> None:
    _, _, space = left(new_owner()).split("/")
    assert not is_dead(f"another/another-boot/{space}")
    assert not is_dead(left(new_owner()).replace("/", "/1", 2))
