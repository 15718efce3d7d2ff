"""Each rule's valid and failing example, entered in Chromium, gets the verdict of the gate.

All of them in ``make drill`` (``ATLAS_EXAMPLES=all``); in between as many as it takes to have used
each kind of field in each of the two forms, the usual one and that of all fields.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.editing import releasing, service
from catalog_service.editing.form_view import sent
from ontology.record import Record
from shapes.form_shapes import NodeForm, dataset_form
from tests.browser.conftest import new_page
from tests.catalog_service.editing.test_forms import GATE, NAMES, views, written
from tests.fixtures.people import ORGANIZATION, person, started
from tests.fixtures.web import House, served
from tests.shapes.examples import IRI, example

pytestmark = [pytest.mark.services, pytest.mark.slow]

TRANSPORT = ORGANIZATION + "transport"
_FOUND = re.compile(r'<li class="(\w+)">.*?/rules/([\w-]+)', re.DOTALL)


@dataclass(frozen=True)
class Typed:
    """What is entered of an example: texts by the names of fields, and in which form."""

    name: str
    texts: dict[str, str]
    complete: bool

    @property
    def kinds(self) -> set[tuple[str, bool]]:
        """The kinds of fields that are used."""
        return {
            (kind_of(name), self.complete)
            for name, text in self.texts.items()
            if text and not name.endswith("~")
        }


def typed(name: str) -> Typed:
    """What is entered of an example: in the usual form, where that has room for all of it."""
    wanted = example(name)
    usual, whole = (entered(wanted, complete=complete) for complete in (False, True))
    if written(usual) == written(whole, complete=True):
        return Typed(name, usual, complete=False)
    return Typed(name, whole, complete=True)


def entered(wanted: Record, *, complete: bool) -> dict[str, str]:
    """A form as it is filled in from nothing: no row is one that stands there already."""
    fields = sent(views("en", complete=complete).groups(wanted))
    return {name: text for name, text in fields.items() if not name.endswith("@")}


def kind_of(name: str) -> str:
    form: NodeForm | None = dataset_form().root
    kind = ""
    for key in name.split("/")[::2]:
        field = form.field(key) if form is not None else None
        assert field is not None, name
        kind, form = ("table" if field.table else field.kind), field.node
    return kind


def some() -> list[str]:
    """As few examples as have each kind of field in each form."""
    if os.environ.get("ATLAS_EXAMPLES") == "all":
        return NAMES
    all_of_them = [typed(name) for name in NAMES]
    wanted: set[tuple[str, bool]] = set().union(*(one.kinds for one in all_of_them))
    chosen: list[str] = []
    while wanted:
        best = max(all_of_them, key=lambda one: (len(one.kinds & wanted), -len(one.texts)))
        chosen.append(best.name)
        wanted -= best.kinds
    return sorted(chosen)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = House(tmp_path_factory.mktemp("examples"), public_url="http://127.0.0.1:1")
    with found.atlas:
        yield found


@pytest.fixture(scope="module")
def page(chromium: Browser, house: House) -> Iterator[Page]:
    """One page for all examples, of somebody who may edit."""
    steward = person(house.atlas, "zhang", Role.STEWARD, "transport")
    with served(house) as address:
        found = new_page(chromium, address, "en")
        secret = started(house.atlas, steward).secret
        found.context.add_cookies([{"name": "atlas", "value": secret, "url": address}])
        yield found
        found.context.close()


@pytest.mark.parametrize("name", some())
def test_an_example_entered_in_chromium_gets_the_verdict_of_the_gate(
    name: str, house: House, page: Page
) -> None:
    one = typed(name)
    draft = service.begin(house.atlas, OPERATOR, TRANSPORT)
    texts = {key: text.replace(IRI, draft.record.iri) for key, text in one.texts.items()}
    page.goto(f"/workbench/datasets/{draft.id}" + ("?all=yes" if one.complete else ""))
    enter(page, texts)
    pressed(page, "save")
    report = GATE.validate(example(name))
    found = {(rule, kind.capitalize()) for kind, rule in _FOUND.findall(summary(page))}
    assert found == {(finding.rule_id, finding.severity) for finding in report.findings}
    assert heading(page).startswith("No rule") == report.conforms
    record = service.read(house.atlas, OPERATOR, draft.id).record
    assert [(f.rule_id, f.severity, f.path) for f in GATE.validate(record).findings] == [
        (f.rule_id, f.severity, f.path) for f in report.findings
    ]
    releasing.discard(house.atlas, OPERATOR, service.read(house.atlas, OPERATOR, draft.id))


def summary(page: Page) -> str:
    return page.locator("[data-check]").inner_html()


def heading(page: Page) -> str:
    return page.locator("[data-check] h2").inner_text()


def enter(page: Page, texts: dict[str, str]) -> None:
    """Fill in the form; where it has no room left, press the buttons that add some."""
    left = {name: text for name, text in texts.items() if not name.endswith("~") and text}
    first = True
    while left:
        names = on_page(page)
        here = [name for name in left if name in names]
        if first:
            for name in names.keys() - left.keys():
                # What a new draft says already, and the example does not.
                if names[name]:
                    page.locator(f'[name="{name}"]').fill("")
            first = False
        for name in here:
            put(page, name, left.pop(name), texts.get(f"{name}~"))
        if left:
            assert here or names, left
            pressed(page, "save")
            pressed(page, f"add:{room_for(min(left, key=order), on_page(page))}")


def put(page: Page, name: str, text: str, code: str | None) -> None:
    control = page.locator(f'[name="{name}"]')
    if control.evaluate("(one) => one.tagName") == "SELECT":
        control.select_option(text)
    else:
        control.fill(text)
    if code is not None:
        written_as = page.locator(f'[name="{name}~"]')
        if written_as.input_value() != code:
            written_as.select_option(code)


def on_page(page: Page) -> dict[str, str]:
    """The names of what can be filled in, each with what it holds; folded parts are opened."""
    found: dict[str, str] = page.evaluate(
        """() => {
          document.querySelectorAll("form.draft details").forEach((one) => { one.open = true; });
          const all = document.querySelectorAll("form.draft :is(input, select, textarea)");
          return Object.fromEntries([...all].filter((one) => one.type !== "hidden" && one.name
            && !one.name.endsWith("~") && one.name !== "paste").map((o) => [o.name, o.value]));
        }"""
    )
    return found


def room_for(name: str, names: dict[str, str]) -> str:
    """The field that has no room for a name: the first step of it that is not on the page."""
    parts = name.split("/")
    for end in range(2, len(parts) + 1, 2):
        start = "/".join(parts[:end])
        if not any(one == start or one.startswith(f"{start}/") for one in names):
            return "/".join(parts[: end - 1])
    raise AssertionError(f"{name} is on the page")


def order(name: str) -> tuple[object, ...]:
    return tuple(int(part) if part.isdecimal() else part for part in name.split("/"))


def pressed(page: Page, action: str) -> None:
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.locator(f'button[name=action][value="{action}"]').first.click()
