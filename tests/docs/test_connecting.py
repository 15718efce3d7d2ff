"""The commands of docs/connecting.md work as they stand there, in their order, and are few."""

from __future__ import annotations

import re
import shlex
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from catalog_service.atlas import Atlas
from catalog_service.settings import Settings
from catalog_service.sources.harvests import platforms, scheduler
from catalog_service.sources.notices.sender import deliver
from harvesters.platforms.politeness import HostTurns
from harvesters.simulator.catalogue import Catalogue
from harvesters.simulator.server import Platform, serve
from harvesters.simulator.shapes.registry import all_shapes
from tests.fixtures.command import Cli, Ran
from tests.fixtures.harvesting import skipping_time
from tests.fixtures.waiting import until
from tests.fixtures.web import SteppingClock

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "connecting.md").read_text("utf-8")
PLATFORM, RECEIVER = "127.0.0.1:9001", "127.0.0.1:9002"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONNECT, VISITED = (block.splitlines() for block in BLOCK.findall(PAGE))
OTHERS = re.findall(r"^\| \w+ \| `(atlas source add .*?)` \|", PAGE, re.MULTILINE)


class Engineer:
    """Types commands of the page in a folder, with the addresses of this test."""

    def __init__(self, folder: Path, addresses: dict[str, str]) -> None:
        self.cli = Cli(folder)
        self.addresses = {**addresses, "~": str(folder / "home")}
        self.environment: dict[str, str] = {}
        (folder / "token.txt").write_text("secret\n")

    def types(self, line: str) -> Ran:
        for told, true in self.addresses.items():
            line = line.replace(told, true)
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            self.environment[name] = value
            return Ran(0, "", "")
        program, *arguments = shlex.split(line)
        assert program == "atlas"
        stdin = ""
        if "<" in arguments:
            *arguments, _, file = arguments
            stdin = (self.cli.home / file).read_text()
        ran = self.cli(*arguments, stdin=stdin, **self.environment)
        assert ran.code == 0, (line, ran.err)
        return ran


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pauses between requests pass at once."""
    turns = HostTurns(skipping_time())
    monkeypatch.setattr(platforms, "host_turns", lambda: turns)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with serve(Catalogue(20, seed=5, district="静安区"), *all_shapes()) as platform:
        yield platform


def test_it_takes_few_commands() -> None:
    typed = [*CONNECT, *VISITED]
    assert len(typed) == 11 and len(OTHERS) == 2
    assert "in eleven commands" in PAGE


def test_a_district_is_connected_scheduled_and_reported(tmp_path: Path, platform: Platform) -> None:
    with receiver() as got:
        addresses = {
            PLATFORM: f"127.0.0.1:{platform.port}",
            RECEIVER: f"127.0.0.1:{got.server_port}",
        }
        engineer = Engineer(tmp_path, addresses)
        said = [engineer.types(line) for line in CONNECT]
        assert "created 20" in said[-3].out and "dry run" in said[-3].out
        assert "created 20" in said[-1].out and "done" in said[-1].out
        for line in VISITED:
            if line == "atlas serve":
                visited_and_told(tmp_path, engineer.environment)
            else:
                said.append(engineer.types(line))
        add, show, notices = said[-3:]
        assert "whsec_" in add.out and "schedule=30 2 * * *" in show.out
        assert "credentials=yes" in show.out and re.search(r"next visit: \d{4}-", show.out)
        assert notices.out.count("sent") == 1 and got.count == 1


def visited_and_told(folder: Path, environment: dict[str, str]) -> None:
    """Do what ``atlas serve`` does the night after."""
    clock = SteppingClock()
    settings = Settings(home=folder / "var", secret_file=environment["ATLAS_SECRET_FILE"])
    with Atlas(settings, clock) as atlas:
        clock.moment = atlas.clock.now().replace(year=2099)
        stop = threading.Event()
        thread = threading.Thread(
            target=scheduler.run, args=(atlas, stop), kwargs={"look_every": 0.01}
        )
        thread.start()
        until(
            lambda: [one.status for one in atlas.journal.runs("jingan", 2)] == ["done", "done"],
            "the visit of the schedule",
        )
        stop.set()
        thread.join()
        assert deliver(atlas) == 1


@contextmanager
def receiver() -> Iterator[HTTPServer]:
    """A receiver of webhooks that counts what it got."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.server.count += 1  # type: ignore[attr-defined]
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.count = 0  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("line", OTHERS, ids=["ckan", "dcat"])
def test_other_types_differ_in_one_command(line: str, tmp_path: Path, platform: Platform) -> None:
    engineer = Engineer(tmp_path, {PLATFORM: f"127.0.0.1:{platform.port}"})
    engineer.types(line)
    name = line.split()[3]
    assert "created 20" in engineer.types(f"atlas harvest {name} --dry-run").out
