"""The first hour: the demo beside others, tables at 80 columns, help in the messages' language."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import typer
from rich.cells import cell_len
from rich.console import Console

from catalog_service import main
from catalog_service.console.help import every_command, help_texts
from catalog_service.console.output import Output
from catalog_service.journal.model import StateCount
from catalog_service.operations.demo import USUAL_PORT, settings_of, using
from catalog_service.operations.demo_command import counted
from catalog_service.rules import commands
from catalog_service.settings import Settings
from catalog_service.sources.model import ImportTally
from shapes.rules import Rules
from tests.fixtures.command import Cli
from translations import translator


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ATLAS_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def made(settings: Settings) -> Settings:
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / "journal.sqlite").touch()
    return settings


@pytest.mark.parametrize("first", [USUAL_PORT, 9000])
@pytest.mark.parametrize("second", [USUAL_PORT, 9000, 9001])
def test_a_demo_started_from_another_ones_settings_stands_beside_it(
    monkeypatch: pytest.MonkeyPatch, first: int, second: int
) -> None:
    plain = settings_of(Settings(), second, second)
    for word in using(made(settings_of(Settings(), first, first))).split()[1:]:
        name, _, value = word.partition("=")
        monkeypatch.setenv(name, value)
    repeated = settings_of(Settings(), second, second)
    assert repeated.home.resolve() == plain.home.resolve()
    assert repeated.base_iri == plain.base_iri
    assert repeated.public_url == plain.public_url


def test_a_folder_that_is_only_called_like_a_demo_is_not_one(tmp_path: Path) -> None:
    given = Settings(home=tmp_path / "demo-9000")
    assert settings_of(given, 9000, 9000).home == tmp_path / "demo-9000" / "demo-9000"


def test_other_commands_are_told_where_the_demo_of_another_port_answers() -> None:
    assert "ATLAS_PUBLIC_URL=http://127.0.0.1:9000" in using(settings_of(Settings(), 9000, 9000))
    assert "ATLAS_PUBLIC_URL" not in using(settings_of(Settings(), USUAL_PORT, USUAL_PORT))


def test_the_demo_says_what_became_of_each_example() -> None:
    tally = ImportTally()
    tally.counts.update(created=4, held=2, unchanged=1)
    counts = [StateCount("a", "active", 5, 4, 1), StateCount("a", "held", 2, 0, 2)]
    assert counted(tally, counts) == (
        "7 records (6 examples are new): 4 public ones are found here, 1 not open ones stay in "
        "the journal, 2 wait for a steward (see atlas held list)"
    )


def terminal(width: int) -> tuple[Output, io.StringIO]:
    out = Output(as_json=False)
    text = io.StringIO()
    out._out = Console(
        file=text,
        force_terminal=True,
        width=width,
        highlight=False,
        markup=False,
        color_system=None,
    )
    return out, text


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_table_is_readable_at_any_width(width: int) -> None:
    out, text = terminal(width)
    rows = [
        (r.id, "+".join(r.levels), r.status, r.severity, r.in_force.start, r.label.en, r.source.zh)
        for r in Rules.load()
    ]
    columns = ["id", "level", "status", "severity", "since", "label", "article"]
    out.table(columns, rows)
    lines = text.getvalue().splitlines()
    assert all(cell_len(line) <= width for line in lines)
    whole = "".join(text.getvalue().split())
    for row in rows:
        for value in (row[0], row[3], str(row[4])):
            assert value in text.getvalue(), "identifiers are not broken"
        assert "".join(row[5].split())[:8] in whole
    # A column of single characters takes a line for each: 875 lines for 58 rules.
    assert len(lines) < 9 * len(rows)


def test_the_register_of_rules_fits_a_usual_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, text = terminal(80)
    monkeypatch.setattr("catalog_service.rules.commands.Output", lambda **_: out)
    commands.list_rules()
    capsys.readouterr()
    assert len(text.getvalue().splitlines()) < 4 * len(list(Rules.load()))


def test_every_help_text_is_there_in_chinese() -> None:
    # That no translation is left over, tests/translations says of all texts.
    chinese = translator("zh")
    texts = set(help_texts(typer.main.get_command(main.app)))
    assert len(texts) > 90
    assert [text for text in texts if chinese.lookup(text) == text] == []


def test_help_speaks_the_language_of_the_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    for locale, expected, other in (
        ("zh_CN.UTF-8", "搜索公开的数据集", "Search the public"),
        ("C.UTF-8", "Search the public datasets", "搜索公开的数据集"),
    ):
        monkeypatch.setenv("LC_ALL", locale)
        built = main.command()
        (search,) = (c for c in every_command(built) if c.name == "search")
        text = search.get_help(typer.Context(search))
        assert expected in text
        assert other not in text
        assert "open_type" in text, "facets are named"
        assert ("用法" in text) == (locale == "zh_CN.UTF-8")


@pytest.mark.slow
def test_a_search_says_how_to_see_more_and_what_else_could_be_meant(tmp_path: Path) -> None:
    atlas = Cli(tmp_path)
    lines = "\n".join(
        f'{{"id":"P{n}","title":"停车场名录","is_open":"无条件开放"}}' for n in range(3)
    )
    (tmp_path / "list.jsonl").write_text(lines, "utf-8")
    atlas("import", "list.jsonl", "--source", "s", "--gate", "report")
    assert "--limit 3" in atlas("search", "停车场", "--limit", "2").out
    assert "--limit" not in atlas("search", "停车场").out
    assert "did you mean: 停车场" in atlas("search", "停带场").out
    filtered = atlas("search", "停车场", "--filter", "open_type=conditional").out
    assert "3 without the filters" in filtered
    assert "title" not in filtered, "no heading over an empty table"
    assert atlas("search", "停带场", "--json").json["did_you_mean"][0] == "停车场"
