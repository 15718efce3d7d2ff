"""Frames a second of the explorer's picture in Chromium, at some 300 things, by mouse.

The picture is that of a theme with its clusters open. Measured between animation frames while the
picture is dragged, while one thing is dragged, and while the wheel zooms; the baseline is the same
page at rest, whose frames the machine can draw at most.

Run: ``python -m benchmarks.explorer_frames --url http://127.0.0.1:8080``; prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
from typing import Any
from urllib.parse import urlencode

import httpx
from playwright.sync_api import Page, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MOVES = 90
_WATCH = """() => {
  window.frames_ = [];
  let last = performance.now();
  const next = (now) => {
    window.frames_.push(now - last);
    last = now;
    window.watch = requestAnimationFrame(next);
  };
  window.watch = requestAnimationFrame(next);
}"""
_READ = "() => { cancelAnimationFrame(window.watch); return window.frames_.slice(2); }"


def address(url: str, wanted: int) -> str:
    """Return the address of a picture of about as many things."""
    with httpx.Client(base_url=url, timeout=60) as client:
        facets = client.get("/api/v1/search", params={"limit": 1}).json()
        code = facets["facets"]["theme"][0]["value"]
        theme = f"https://w3id.org/shdata/vocab/domain/{code}"
        near = client.get("/api/v1/graph/neighbours", params={"iri": theme, "limit": 100}).json()
    items = [("at", theme)]
    items += [("more", f"{one['relation']} {theme}") for one in near["relations"]]
    bodies = next(one for one in near["relations"] if one["relation"] == "organization")
    # Each brings some five datasets that the others have not.
    expanded = [one["node"]["iri"] for one in bodies["neighbours"]][: max(0, (wanted - 200) // 5)]
    return f"{url}/explore?{urlencode([*items, *(('open', iri) for iri in expanded)])}"


def frames(page: Page, act: Any) -> dict[str, float]:
    """Return frames a second, and the slowest frames, while something is done."""
    page.evaluate(_WATCH)
    act()
    taken: list[float] = page.evaluate(_READ)
    return {
        "fps": round(1000 / statistics.mean(taken), 1),
        "p95_ms": round(sorted(taken)[int(len(taken) * 0.95)], 1),
        "frames": len(taken),
    }


def measure(url: str, wanted: int) -> dict[str, Any]:
    """Measure one page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address(url, wanted))
        page.wait_for_selector("#graph[data-ready=yes]", timeout=60_000)
        page.locator(".stage").scroll_into_view_if_needed()
        box = page.locator(".stage").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        things = len(json.loads(page.locator("#graph-data").text_content() or "{}")["nodes"])

        def drag(from_x: float, from_y: float) -> None:
            page.mouse.move(from_x, from_y)
            page.mouse.down()
            for step in range(MOVES):
                page.mouse.move(from_x + (step % 30) * 5, from_y + (step % 20) * 4)
                page.wait_for_timeout(10)
            page.mouse.up()

        def wheel() -> None:
            page.mouse.move(x, y)
            for step in range(MOVES):
                page.mouse.wheel(0, 40 if step % 30 < 15 else -40)
                page.wait_for_timeout(10)

        found = {
            "things": things,
            "rest": frames(page, lambda: page.wait_for_timeout(1500)),
            "dragged": frames(page, lambda: drag(box["x"] + 12, box["y"] + 12)),
            "one_dragged": frames(page, lambda: drag(x, y)),
            "zoomed": frames(page, wheel),
        }
        browser.close()
        return found


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", required=True)
    parser.add_argument("--things", type=int, default=300)
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.url.rstrip("/"), arguments.things), indent=2))


if __name__ == "__main__":
    main()
