"""Credentials from the command line to the request: never shown, never sent elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_service.atlas import Atlas
from catalog_service.settings import Settings
from catalog_service.sources.connection.source_credentials import credentials_of
from catalog_service.sources.registry import known_source
from harvesters.platforms.credentials import Session
from harvesters.platforms.web_address import parse
from ontology.errors import AtlasError
from tests.fixtures.command import Cli

SECRET = "s3cr3t/value"
UNUSED = Session(lambda *_: b"", lambda: 0.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("credentials")


@pytest.fixture(scope="module")
def env(folder: Path) -> dict[str, str]:
    return {"ATLAS_SECRET_FILE": str(folder / "keys")}


@pytest.fixture(scope="module")
def cli(folder: Path, env: dict[str, str]) -> Cli:
    cli = Cli(folder)
    address = "https://pudong.example/list"
    assert cli("source", "add", "pudong", "--type", "district", "--url", address).code == 0
    return cli


def sent(folder: Path, url: str | None = None) -> tuple[str, dict[str, str]]:
    with Atlas(Settings(home=folder / "var", secret_file=folder / "keys")) as atlas:
        if url is not None:
            atlas.journal.put_source("pudong", url=url)
        found = credentials_of(atlas, known_source(atlas.journal, "pudong"))
        if found is None:
            return "", {}
        headers: dict[str, str] = {}
        address = found.authorize(parse("https://pudong.example/list"), headers, UNUSED)
        return str(address), headers


def test_given_rotated_and_forgotten(cli: Cli, folder: Path, env: dict[str, str]) -> None:
    put = ("source", "credentials", "pudong", "--type")
    without = cli(*put, "header", "--name", "token", stdin=SECRET)
    assert (without.code, "atlas secret create" in without.err) == (3, True)
    assert cli("secret", "create", **env).code == 0
    incomplete = cli(*put, "oauth", "--client-id", "a", stdin="", **env)
    assert "token_url, secret" in incomplete.err
    ran = [cli(*put, "query", "--name", "appkey", stdin=SECRET + "\n", **env)]
    assert sent(folder)[0] == "https://pudong.example/list?appkey=s3cr3t%2Fvalue"
    ran.append(cli(*put, "basic", "--user", "me", stdin=SECRET, **env))
    assert sent(folder)[1].keys() == {"authorization"}
    ran.append(cli(*put, "header", "--name", "Token", "--json", stdin=SECRET, **env))
    rotated = cli("secret", "rotate", "--json", **env)
    assert rotated.json["encrypted"] == 1
    lines = (folder / "keys").read_text().splitlines()
    (folder / "keys").write_text(lines[-1] + "\n")  # the old key is not needed any more
    assert sent(folder)[1] == {"token": SECRET}
    ran += [rotated, cli("source", "show", "pudong", **env), cli("source", "add", "pudong", **env)]
    assert [one.code for one in ran] == [0] * len(ran)
    assert not any(SECRET in one.out + one.err for one in ran)
    journal = b"".join(path.read_bytes() for path in (folder / "var").glob("journal.sqlite*"))
    assert b"Token" not in journal and SECRET.encode() not in journal
    # Whoever may change the address does not learn them.
    with pytest.raises(AtlasError) as caught:
        sent(folder, "https://elsewhere.example/list")
    assert caught.value.code == "credentials-elsewhere"
    (folder / "keys").unlink()
    with pytest.raises(AtlasError) as caught:
        sent(folder, "https://pudong.example/other")
    assert caught.value.code == "secret-file-unusable"
    assert cli("source", "credentials", "pudong", "--forget").code == 0
    assert sent(folder) == ("", {})
