"""A real Chromium before a real server that holds the project's own example catalogue."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from catalog_service.catalog_map.one_job import make
from catalog_service.evaluation.service import kept_runs_of
from catalog_service.operations.demo import store_examples
from catalog_service.site.assets import BUILT, STATIC
from tests.fixtures.kept_results import kept_result
from tests.fixtures.web import House, served

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
WIDTHS = (375, 1280)
LOOKS = (
    [(lang, width) for lang in LANGUAGES for width in WIDTHS]
    if os.environ.get("ATLAS_EXAMPLES") == "all"
    else [("zh", 375), ("en", 1280)]
)
"""How each page is looked at: each language and each width once, and all pairs in `make drill`."""
HEIGHT = 800
PATIENCE = 15_000
"""Milliseconds that a page is waited for: the first one after a start finds nothing prepared."""
expect.set_options(timeout=PATIENCE)
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation",
  (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""

Opener = Callable[..., Page]


def _missing(what: str) -> None:
    if os.environ.get("ATLAS_REQUIRE_SERVICES"):
        pytest.fail(f"{what} is needed (ATLAS_REQUIRE_SERVICES)")
    pytest.skip(f"{what} is not on this machine")


@pytest.fixture(scope="package")
def example_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The example catalogue."""
    house = House(tmp_path_factory.mktemp("browser"))
    with house.atlas:
        store_examples(house.atlas, "test")
        house.project()
        make(house.atlas)
        for ndcg in (0.79, 0.81):
            kept_runs_of(house.atlas).add("own", "1.0", kept_result(ndcg))
        yield house


@pytest.fixture(scope="package")
def address(example_house: House) -> Iterator[str]:
    """The address of a server over the example catalogue."""
    with served(example_house) as found:
        yield found


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium as Debian has it; Playwright's own is not downloaded.

    A fixture that is imported from another package ends with the session. So modules elsewhere
    make one of their own: while Playwright runs, nothing else may run an event loop.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        _missing("Chromium (apt-get install chromium)")
    if not (STATIC / BUILT / "manifest.json").exists() or not AXE.exists():
        _missing("the pages' built scripts (make pages)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests here."""
    with launched() as browser:
        yield browser


def new_page(
    chromium: Browser,
    address: str,
    lang: str = "zh",
    width: int = 1280,
    script: bool = True,
    dark: bool = False,
) -> Page:
    """Return a page of a visitor of its own; whoever asks for it closes its context."""
    context: BrowserContext = chromium.new_context(
        base_url=address,
        locale=LANGUAGES[lang],
        viewport={"width": width, "height": HEIGHT},
        java_script_enabled=script,
        color_scheme="dark" if dark else "light",
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(WATCH)
    return context.new_page()


@pytest.fixture
def opened(chromium: Browser, address: str) -> Iterator[Opener]:
    """Open a page: ``opened("/", lang="en", width=375, script=False, dark=True)``."""
    with ExitStack() as closing:

        def open_page(path: str, **visitor: Any) -> Page:
            page = new_page(chromium, address, **visitor)
            closing.callback(page.context.close)
            page.goto(path)
            return page

        yield open_page


@pytest.fixture(scope="module")
def visited(chromium: Browser, address: str) -> Iterator[Opener]:
    """Open pages one after the other, as one visitor of each kind does: for tests that only look.

    A visitor of its own starts processes, which take twice as long as the page.
    """
    pages: dict[tuple[tuple[str, Any], ...], Page] = {}
    with ExitStack() as closing:

        def open_page(path: str, **visitor: Any) -> Page:
            kind = tuple(sorted(visitor.items()))
            if kind not in pages:
                pages[kind] = new_page(chromium, address, **visitor)
                closing.callback(pages[kind].context.close)
            pages[kind].goto(path)
            return pages[kind]

        yield open_page
