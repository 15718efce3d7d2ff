"""The map of a whole catalogue: seconds to make it, bytes on the wire, milliseconds to paint it.

Needs a data folder with an index (``ATLAS_HOME``), and with ``--url`` a server over it that has the
map. The time of the processor is told beside the time that passed, for these machines are shared.
The baseline of the first paint is an empty page of the same server (``/health/live``).

Run: ``ATLAS_HOME=… python -m benchmarks.catalog_map [--url http://127.0.0.1:8080]``; prints JSON.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from typing import Any

import httpx
from playwright.sync_api import sync_playwright

from catalog_service.atlas import Atlas
from catalog_service.settings import Settings
from search.catalog_map.making import make_map

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def making() -> dict[str, Any]:
    """Make the map; nothing is kept."""
    with Atlas(Settings(), create=False) as atlas:
        view = atlas.index.view()
        assert view is not None
        began, used = time.perf_counter(), time.process_time()
        found = make_map(list(view.each()), view.checkpoint)
        return {
            "datasets": len(found.points),
            "topics": len(found.topics),
            "seconds": round(time.perf_counter() - began, 1),
            "processor_seconds": round(time.process_time() - used, 1),
        }


def sending(url: str) -> dict[str, Any]:
    """Ask for both parts in gzip."""
    with httpx.Client(base_url=url, headers={"Accept-Encoding": "gzip"}, timeout=60) as client:
        sizes = {}
        for part in ("map", "map/names"):
            with client.stream("GET", f"/api/v1/{part}") as answer:
                sizes[part] = sum(map(len, answer.iter_raw()))
        return {**sizes, "together": sum(sizes.values())}


def painting(url: str, rounds: int) -> dict[str, Any]:
    """Open the page: milliseconds until points are painted, and until they have names."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        taken: dict[str, list[float]] = {"empty": [], "painted": [], "named": []}
        for _ in range(rounds):
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            began = time.perf_counter()
            page.goto(f"{url}/health/live")
            taken["empty"].append(time.perf_counter() - began)
            began = time.perf_counter()
            page.goto(f"{url}/explore/map", wait_until="commit")
            page.wait_for_selector("#map[data-ready=yes]")
            taken["painted"].append(time.perf_counter() - began)
            page.wait_for_selector("#map[data-named=yes]")
            taken["named"].append(time.perf_counter() - began)
            page.context.close()
        browser.close()
        return {name: [round(1000 * s) for s in sorted(all_)] for name, all_ in taken.items()}


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--skip-making", action="store_true")
    arguments = parser.parse_args()
    found: dict[str, Any] = {} if arguments.skip_making else {"making": making()}
    if arguments.url:
        url = arguments.url.rstrip("/")
        found["wire_bytes"] = sending(url)
        found["milliseconds"] = painting(url, arguments.rounds)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
