"""The walls hold: each contract of ``pyproject.toml`` fails where somebody tries to get through."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.walls import edge_of, edges

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("ontology", "shapes", "harvesters", "search", "catalog_service")

BREACHES = {
    "a page imports a route": (
        "catalog_service/datasets/pages.py",
        "from catalog_service.sources import routes as others",
        "Nobody imports routes",
    ),
    "a page imports a route of its own room": (
        "catalog_service/rules/validation.py",
        "from catalog_service.rules import routes as others",
        "Nobody imports routes",
    ),
    "a command imports a command of another room": (
        "catalog_service/accounts/commands.py",
        "from catalog_service.sources import commands as others",
        "Nobody imports routes",
    ),
    "a room imports another room's inside": (
        "catalog_service/discovery/unknown_filters.py",
        "from catalog_service.datasets import visibility",
        "A room imports other rooms' services only",
    ),
    "two modules import each other": (
        "ontology/terms.py",
        "from ontology import record",
        "No circle of modules",
    ),
    "two packages import each other": (
        "catalog_service/sources/notices/model.py",
        "from catalog_service.sources.harvests import schedule",
        "No circle of packages",
    ),
    "a package imports a module beside it that uses it": (
        "search/query/model.py",
        "from search.ranking import signals",
        "No circle of packages",
    ),
    "the search knows the service": (
        "search/service.py",
        "from catalog_service import clock",
        "search knows the ontology only",
    ),
    "a harvester knows the service": (
        "harvesters/limits.py",
        "from catalog_service import clock",
        "Rooms: imports point one way",
    ),
    "a service knows HTTP": (
        "catalog_service/discovery/service.py",
        "from fastapi import Request",
        "Services know no HTTP",
    ),
    "what a service uses knows what requests go through": (
        "catalog_service/sparql/formats.py",
        "from catalog_service.http import negotiation",
        "Services know no HTTP",
    ),
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            copy = tmp_path / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    for name in ("pyproject.toml", "tests/__init__.py", "tests/walls.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def lint_imports(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_breaks_its_contract(house: Path, breach: str) -> None:
    file, line, contract = BREACHES[breach]
    path = house / file
    assert path.exists()
    path.write_text(f"{path.read_text('utf-8')}\n{line}\n", "utf-8")
    code, told = lint_imports(house)
    assert code == 1, told
    broken = [name.split(" BROKEN")[0] for name in told.splitlines() if " BROKEN" in name]
    assert any(name.startswith(contract) for name in broken), told


def test_every_room_comes_in_by_modules_that_are_told_as_edges() -> None:
    found = edges("catalog_service")
    for module in ("datasets.routes", "datasets.pages", "discovery.feed_routes", "sparql.routes"):
        assert found[f"catalog_service.{module}"] == "routes"
    for module in ("sources.commands", "operations.index_commands", "accounts.commands"):
        assert found[f"catalog_service.{module}"] == "commands"


def test_an_edge_is_called_by_what_comes_in_there() -> None:
    called = re.compile(r"(?:.*[._])?(?:routes|pages?|commands?)")
    assert [module for module in edges("catalog_service") if not called.fullmatch(module)] == []


@pytest.mark.parametrize(
    ("source", "edge"),
    [
        ('router = APIRouter(tags=["feeds"])', "routes"),
        ("router: APIRouter = APIRouter()", "routes"),
        ("app: typer.Typer = typer.Typer()", "commands"),
        ("app = typer.Typer(help='Tokens.')", "commands"),
        ("def register(app: typer.Typer) -> None:\n    ...", "commands"),
        ("def register(clock: Clock) -> None:\n    ...", None),
        ("routers = 1", None),
    ],
)
def test_an_edge_is_told_by_what_it_defines(source: str, edge: str | None) -> None:
    assert edge_of(source) == edge


def test_no_test_imports_a_benchmark() -> None:
    # Benchmarks run the drills of tests.fixtures; what both need stands there.
    imports = re.compile(r"^\s*(?:from|import) benchmarks\b", re.MULTILINE)
    found = [p for p in (ROOT / "tests").rglob("*.py") if imports.search(p.read_text("utf-8"))]
    assert found == []
