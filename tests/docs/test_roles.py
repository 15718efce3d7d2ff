"""``docs/roles.md`` is what the table of roles and actions says."""

from __future__ import annotations

from pathlib import Path

from catalog_service.accounts.actions import ACTION_LABELS, ALLOWED, ROLE_LABELS, Action, Role
from catalog_service.accounts.roles_page import page


def test_the_page_is_the_table() -> None:
    assert Path("docs/roles.md").read_text("utf-8") == page()


def test_each_role_and_action_has_its_row_and_its_name() -> None:
    assert set(ALLOWED) == set(ROLE_LABELS) == set(Role)
    assert set(ACTION_LABELS) == set(Action)
    assert {action for actions in ALLOWED.values() for action in actions} == set(Action)
