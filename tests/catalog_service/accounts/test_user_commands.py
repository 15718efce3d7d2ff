"""``atlas user`` and ``atlas role``: the first administrator, roles, and those who leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.command import Cli

STEWARD = ("role", "grant", "li", "steward", "市卫生健康委", "--reason", "到岗")


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


def test_an_organization_demands_four_eyes(cli: Cli) -> None:
    cli("user", "create", "wang", "--admin")
    why = ("--reason", "年度检查", "--json")
    made = cli("organization", "set", "市卫生健康委", "--four-eyes", *why).json
    assert made["organization"].endswith("/health") and made["four_eyes"]
    listed = cli("organization", "list", "--json").json["organizations"]
    assert [one["organization"] for one in listed] == [made["organization"]]
    assert not cli("organization", "set", "health", "--no-four-eyes", *why).json["four_eyes"]
    unknown = cli("organization", "set", "没有", "--four-eyes", *why)
    assert unknown.json["error"]["code"] == "unknown-organization"


def test_people_come_get_roles_and_leave(cli: Cli) -> None:
    made = cli("user", "create", "Wang", "--name", "王", "--admin", "--json").json
    assert made["login"] == "wang"
    assert made["link"].startswith("http://127.0.0.1:8080/login/password?link=")
    again = cli("user", "create", "wang", "--json")
    assert again.json["error"]["code"] == "login-taken"
    cli("user", "create", "li")
    cli("user", "create", "zhao")
    granted = cli(*STEWARD, "--until", "2026-12-31", "--json").json
    assert granted["organization"].endswith("/health")
    assert granted["until"].startswith("2026-12-31T16:00:00")
    users = {one["login"]: one for one in cli("user", "list", "--json").json["users"]}
    assert [one["role"] for one in users["wang"]["roles"]] == ["administrator"]
    assert [one["role"] for one in users["li"]["roles"]] == ["steward"]
    table = cli("user", "list")
    assert f"{granted['id']}:steward:health" in table.out
    assert cli("user", "reset", "li").out.startswith("http://127.0.0.1:8080/login/password?link=")
    gone = cli("user", "disable", "li", "--successor", "zhao", "--json").json
    assert gone["successor"] == users["zhao"]["id"] and gone["disabled"]
    users = {one["login"]: one for one in cli("user", "list", "--json").json["users"]}
    assert users["li"]["roles"] == []
    (passed,) = users["zhao"]["roles"]
    assert passed["organization"] == granted["organization"]
    assert cli("role", "revoke", passed["id"]).code == 0
    assert cli("user", "disable", "wang", "--json").json["error"]["code"] == "last-administrator"
    assert cli("role", "grant", "zhao", "king", "--json").json["error"]["code"] == "unknown-role"
    assert cli("user", "reset", "nobody", "--json").json["error"]["code"] == "unknown-person"
