"""The catalogues hold every text of the code, once, whole and with the same placeholders."""

from __future__ import annotations

import ast
import os
import pickle
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from jinja2 import Environment, nodes

from catalog_service.http.errors_page import kinds
from ontology.errors import AtlasError, CountedErrorKind
from translations import LANGUAGES, SOURCE, CatalogueError, translator
from translations.extraction import ROOT, catalogues, extracted, read

Key = tuple[str, ...]
MESSAGES = {
    "gettext": slice(1),
    "ngettext": slice(2),
    "pgettext": slice(1, 2),
    "npgettext": slice(1, 3),
    "_": slice(1),
    "N_": slice(1),
    "NP_": slice(1, 2),
}
"""Which arguments are texts."""


@pytest.fixture(scope="module")
def texts() -> Catalog:
    return extracted()


@pytest.fixture(params=catalogues(), ids=lambda path: path.parents[1].name)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return read(request.param)


def _forms(texts: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts)


def _by_key(catalogue: Catalog) -> dict[Key, Message]:
    return {(m.context or "", *_forms(m.id)): m for m in catalogue if m.id}


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_language_but_that_of_the_code_has_a_catalogue() -> None:
    assert {path.parents[1].name for path in catalogues()} == set(LANGUAGES) - {SOURCE}


def test_every_text_of_the_code_is_translated_and_every_translation_is_used(
    texts: Catalog, catalogue: Catalog
) -> None:
    found, translated = _by_key(texts), _by_key(catalogue)
    assert found.keys() - translated.keys() == set(), "run `make translations`"
    assert translated.keys() - found.keys() == set(), "run `make translations`"
    assert len(translated) > 200
    assert catalogue.obsolete == {}
    assert [m.id for m in translated.values() if m.fuzzy] == []
    empty = [
        m.id
        for m in translated.values()
        if not all(_forms(m.string))
        or len(_forms(m.string)) != (catalogue.num_plurals if m.pluralizable else 1)
    ]
    assert empty == []


def test_every_text_that_is_asked_for_stands_where_the_extraction_finds_it(texts: Catalog) -> None:
    """A text must be a plain string, and not within an f-string: older Pythons' tokens hide it."""
    found = {text for key in _by_key(texts) for text in key[1:]}
    asked = 0
    for path in sorted((ROOT / "catalog_service").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(getattr(node, "func", None), "id", None) or getattr(
                getattr(node, "func", None), "attr", None
            )
            if not isinstance(node, ast.Call) or name not in MESSAGES:
                continue
            for argument in node.args[MESSAGES[name]]:
                hidden = isinstance(argument, (ast.JoinedStr, ast.IfExp, ast.BinOp))
                assert not hidden, (path, node.lineno)
                if isinstance(argument, ast.Constant):
                    asked += 1
                    assert argument.value in found, (path, node.lineno)
    assert asked > 100


def test_every_text_of_a_template_is_a_plain_string(texts: Catalog) -> None:
    """A choice between two texts within one call is found by nobody who translates."""
    found = {text for key in _by_key(texts) for text in key[1:]}
    asked, variable = 0, set()
    for path in sorted((ROOT / "catalog_service").rglob("*.html")):
        tree = Environment(extensions=["jinja2.ext.do"]).parse(path.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            if not isinstance(call.node, nodes.Name) or call.node.name not in MESSAGES:
                continue
            for argument in call.args[MESSAGES[call.node.name]]:
                if isinstance(argument, nodes.Const):
                    asked += 1
                    assert argument.value in found, (path, call.lineno)
                else:
                    variable.add((path.name, type(argument).__name__))
    assert asked > 100
    # Names of tables that mark their texts: the calls shown, and the rooms' places in the head.
    assert variable == {("about_api.html", "Name"), ("base.html", "Getattr")}


def test_translations_have_the_placeholders_of_their_text(catalogue: Catalog) -> None:
    for message in _by_key(catalogue).values():
        wanted = set[str]().union(*map(_placeholders, _forms(message.id)))
        for text in _forms(message.string):
            assert _placeholders(text) == wanted, message.id
        assert not any(name.isdigit() or not name for name in wanted), message.id


def test_no_header_holds_what_a_tool_put_there_for_a_name(catalogue: Catalog) -> None:
    told = " ".join(value for _, value in catalogue.mime_headers)
    assert not [word for word in ("@", "FULL NAME", "YEAR-MO") if word in told]


def test_singular_and_plural_differ_and_tell_the_number(texts: Catalog) -> None:
    for message in texts:
        if message.pluralizable:
            one, many = message.id
            assert one != many
            assert "count" in _placeholders(one) & _placeholders(many), one


def test_no_text_begins_or_ends_with_a_line_break_on_one_side_alone(catalogue: Catalog) -> None:
    """What ``msgfmt --check`` demands, and what Babel checks."""
    for message in _by_key(catalogue).values():
        assert list(message.check(catalogue)) == []
        for source in _forms(message.id):
            for text in _forms(message.string):
                assert source.startswith("\n") == text.startswith("\n"), source
                assert source.endswith("\n") == text.endswith("\n"), source


def test_every_kind_of_error_has_a_message_of_its_own_in_chinese() -> None:
    chinese, english = translator("zh"), translator("en")
    for kind in kinds().values():
        assert english.lookup(kind.text) == kind.text
        assert chinese.lookup(kind.text) != kind.text, kind.code


@pytest.mark.parametrize(
    ("count", "english", "chinese"),
    [
        (0, "{count} things of the file were not read as records", "文件中有 0 项"),
        (1, "1 thing of the file was not read as a record (t): n.", "文件中有 1 项"),
        (2, "{count} things of the file were not read as records", "文件中有 2 项"),
    ],
)
def test_an_error_speaks_of_one_thing_or_of_several(count: int, english: str, chinese: str) -> None:
    kind = kinds()["resource-not-read"]
    assert isinstance(kind, CountedErrorKind)
    error = AtlasError(kind, count=count, type="t", nodes="n")
    for one in (error, pickle.loads(pickle.dumps(error))):
        assert one.message("en").startswith(english.format(count=count))
        assert one.message("zh").startswith(chinese)


def test_a_catalogue_that_is_not_compiled_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, catalogue: Catalog
) -> None:
    monkeypatch.setattr("translations.FOLDER", tmp_path)
    source = tmp_path / "zh/LC_MESSAGES/atlas.po"
    source.parent.mkdir(parents=True)
    translator.cache_clear()
    try:
        with pytest.raises(CatalogueError, match="make setup"):
            translator("zh")
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
        source.touch()
        os.utime(source.with_suffix(".mo"), (0, 0))
        with pytest.raises(CatalogueError, match="make setup"):
            translator("zh")
        source.unlink()
        assert translator("zh").gettext("Not found") == "未找到"
    finally:
        translator.cache_clear()
