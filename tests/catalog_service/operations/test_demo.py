"""The demo's catalogue: one for each lasting port, with identifiers that are found there."""

from __future__ import annotations

from pathlib import Path

import pytest
from httpx import Client, MockTransport, Response

from catalog_service.console.output import Output
from catalog_service.operations import demo_command
from catalog_service.operations.demo import (
    TITLES,
    USUAL_PORT,
    example_sources,
    settings_of,
    using,
)
from catalog_service.settings import Settings
from catalog_service.site.trust import in_language


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ATLAS_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_each_lasting_port_has_a_catalogue_and_identifiers_of_its_own() -> None:
    usual, other = (settings_of(Settings(), port, port) for port in (USUAL_PORT, 9000))
    assert (usual.home.name, usual.base_iri) == ("demo", "http://127.0.0.1:8080")
    assert (other.home.name, other.base_iri) == ("demo-9000", "http://127.0.0.1:9000")
    assert other.public_url == other.base_iri
    assert usual.home.parent == other.home.parent


def test_a_passing_port_shows_the_usual_catalogue() -> None:
    passing = settings_of(Settings(), USUAL_PORT, 41234)
    assert (passing.home.name, passing.base_iri) == ("demo", "http://127.0.0.1:8080")
    assert passing.public_url == "http://127.0.0.1:41234"


def test_from_within_the_usual_demo_another_port_is_beside_it_not_inside(tmp_path: Path) -> None:
    home = tmp_path / "var" / "demo"
    home.mkdir(parents=True)
    (home / "journal.sqlite").touch()
    given = Settings(home=home)
    assert settings_of(given, USUAL_PORT, USUAL_PORT).home == home
    assert settings_of(given, 9000, 9000).home == tmp_path / "var" / "demo-9000"


def test_a_base_that_was_given_is_kept() -> None:
    given = Settings(base_iri="https://data.example")
    assert settings_of(given, 9000, 9000).base_iri == "https://data.example"


def test_other_commands_are_told_the_identifiers_base_where_it_is_not_the_usual_one() -> None:
    usual = using(settings_of(Settings(), USUAL_PORT, USUAL_PORT))
    assert usual == "export ATLAS_HOME=var/demo ATLAS_TODAY=2026-09-01"
    other = using(settings_of(Settings(), 9000, 9000))
    assert other == (
        "export ATLAS_HOME=var/demo-9000 ATLAS_TODAY=2026-09-01"
        " ATLAS_BASE_IRI=http://127.0.0.1:9000 ATLAS_PUBLIC_URL=http://127.0.0.1:9000"
    )


def test_the_notice_of_the_demo_has_a_half_for_each_language() -> None:
    notice = settings_of(Settings(), USUAL_PORT, USUAL_PORT).notice
    assert in_language(notice, "zh") == "示例数据，均为虚构；“今天”定为 2026-09-01"
    assert in_language(notice, "en") == "Invented example data, as of 2026-09-01"
    assert in_language("停机维护", "en") == "停机维护"
    assert in_language("", "zh") == ""


def test_every_source_of_the_examples_has_a_name() -> None:
    assert {source for source, _, _ in example_sources()} == TITLES.keys()


@pytest.mark.parametrize("once", [False, True])
def test_a_slow_start_is_told_and_waited_for(
    once: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo_command, "PATIENCE", 0.0)
    answers = iter([503, 503, 200])
    transport = MockTransport(lambda _: Response(next(answers)))
    visit = demo_command._Visit(Settings(), Output(as_json=False), 0.0, once=once)
    with Client(base_url="http://127.0.0.1", transport=transport) as client:
        # A check ends; the demo itself says where it is found as soon as it answers.
        assert visit._ready(client) is not once
    assert capsys.readouterr().err.count("not ready after") == 1
