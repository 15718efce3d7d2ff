"""What operators do on the machine is told, too: keys, repairs, dumps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fixtures.command import LIST, Cli


def entries(cli: Cli, action: str) -> list[dict[str, object]]:
    lines = cli("audit", "export").out.splitlines()
    return [one for line in lines if (one := json.loads(line))["action"] == action]


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    made = Cli(tmp_path_factory.mktemp("machine"))
    assert made("import", LIST, "--source", "jtw").code in (0, 1)
    return made


def details(entry: dict[str, object]) -> dict[str, object]:
    found: dict[str, object] = json.loads(str(entry["details"]))
    return found


def test_a_file_of_keys(cli: Cli, tmp_path: Path) -> None:
    made = cli("secret", "create", "--json", ATLAS_SECRET_FILE=str(tmp_path / "keys"))
    (told,) = entries(cli, "secret_keys.write")
    assert told["actor"] == "cli" and details(told)["key"] == made.json["key"]
    # Where there is no catalogue yet there is none made for it.
    early = Cli(tmp_path)
    assert early("secret", "create", ATLAS_SECRET_FILE=str(tmp_path / "others")).code == 0
    assert not (tmp_path / "var" / "journal.sqlite").exists()


def test_what_is_built_anew_or_repaired(cli: Cli) -> None:
    assert cli("index", "compare", "--repair").code == 0
    assert entries(cli, "index.repair") == [], "nothing differed"
    cli("index", "rebuild", "graph")
    (told,) = entries(cli, "index.rebuild")
    assert details(told) == {"projections": ["graph"]}


def test_a_dump(cli: Cli) -> None:
    made = cli("dump", "create", "--json").json
    (told,) = entries(cli, "dump.create")
    assert told["subject"] == f"dump:{made['name']}"
    assert details(told)["datasets"] == made["records"]
