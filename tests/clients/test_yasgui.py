"""YASGUI in Chromium, unmodified, in a page of another origin: a query runs and rows appear."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from ontology.terms import DCAT, DCT
from tests.browser.conftest import PATIENCE, launched
from tests.clients.conftest import Served
from tests.fixtures.npm_clients import YASGUI

pytestmark = [pytest.mark.services, pytest.mark.slow]

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A page elsewhere</title>
<link rel="stylesheet" href="/yasgui.min.css"><div id="yasgui"></div>
<script src="/yasgui.min.js"></script>
<script>
window.gui = new Yasgui(document.getElementById("yasgui"), {
  requestConfig: { endpoint: "ENDPOINT" }, persistenceId: null,
});
</script></html>"""


class Files(SimpleHTTPRequestHandler):
    """The page, and what YASGUI is built into."""

    page = ""

    def do_GET(self) -> None:
        if self.path != "/":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page.encode())

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A Chromium for the tests of this module."""
    with launched() as browser:
        yield browser


@pytest.fixture
def elsewhere(catalog: Served) -> Iterator[str]:
    """The address of a page of another origin that has YASGUI for our endpoint."""
    YASGUI.require()
    handler = type("Page", (Files,), {"page": PAGE.replace("ENDPOINT", catalog.sparql)})
    folder: Path = YASGUI.script_folder
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def page(chromium: Browser, elsewhere: str) -> Iterator[Page]:
    """The page, which reaches nothing beyond this machine."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(PATIENCE)

    def only_here(route: Route) -> None:
        if route.request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            route.continue_()
        else:
            route.abort()

    context.route("**/*", only_here)
    found = context.new_page()
    found.goto(elsewhere)
    yield found
    context.close()


def ask(page: Page, query: str) -> None:
    page.evaluate("(query) => window.gui.getTab().getYasqe().setValue(query)", query)
    page.locator(".yasqe_queryButton").first.click()


def test_rows_appear_in_its_table(page: Page, catalog: Served) -> None:
    ask(
        page,
        f"SELECT ?title {{ ?d a <{DCAT.Dataset}> ; <{DCT.term('title')}> ?title }} ORDER BY ?title",
    )
    rows = page.locator(".yasr .dataTable tbody tr")
    expect(rows).to_have_count(5)
    expect(page.locator(".yasr .dataTable tbody")).to_contain_text("公交线路（新）")


def test_a_graph_and_an_error_are_shown(page: Page, catalog: Served) -> None:
    ask(page, f"CONSTRUCT {{ ?d a <{DCAT.Dataset}> }} {{ ?d a <{DCAT.Dataset}> }}")
    expect(page.locator(".yasr")).to_contain_text("/id/dataset/city/BUS1")
    ask(page, "SELECT * { ?s nix:b ?o }")
    expect(page.locator(".yasr")).to_contain_text("nix")
