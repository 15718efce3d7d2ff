"""The supervisor, with real processes: restart, drain, and no orphan whatever dies."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from catalog_service.graph.files import lock_exclusively
from catalog_service.operations import web_process
from catalog_service.operations.restart_delays import LONGEST_DELAY, restart_delay
from catalog_service.operations.supervisor import serve
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from tests.fixtures.waiting import until

PATIENCE = 60.0
RUN = """
import os, sys
from catalog_service.operations.child_process import Child
from catalog_service.logs import configure_logs
from catalog_service.operations.supervisor import _Supervisor
configure_logs("info", "supervisor")
reading, writing = os.pipe()
child = Child("child", "tests.fixtures.serve_child", dict(os.environ), reading)
sys.exit(_Supervisor([child], "here").run())
"""


def gone(pid: int) -> bool:
    """Tell whether a process runs no more (a zombie of somebody else's counts as gone)."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Supervised:
    """A supervisor with one child, and the child's notes."""

    def __init__(self, folder: Path) -> None:
        self.notes = folder / "notes"
        self.notes.touch()
        environment = {**os.environ, "SERVE_CHILD_NOTES": str(self.notes)}
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", RUN],
                env=environment,
                cwd=Path(__file__).resolve().parents[3],
                stderr=log,
            )

    def generation(self, number: int) -> tuple[int, int]:
        """Return child and grandchild of the ``number``-th start, once they are there."""

        def there() -> list[str] | None:
            lines = self.notes.read_text().splitlines()
            return lines[number - 1].split() if len(lines) >= number else None

        child, below = until(there, f"child number {number}")
        return int(child), int(below)


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    found = Supervised(tmp_path)
    yield found
    if found.process.poll() is None:
        found.process.send_signal(signal.SIGTERM)
        found.process.wait(PATIENCE)


@pytest.mark.slow
def test_a_killed_child_comes_back_and_leaves_no_orphan(supervised: Supervised) -> None:
    child, below = supervised.generation(1)
    os.kill(child, signal.SIGKILL)
    second, _ = supervised.generation(2)
    assert second != child
    until(lambda: gone(below), "the first child's own child to be ended")
    assert not gone(second)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_and_stops_everything(supervised: Supervised, number: int) -> None:
    child, below = supervised.generation(1)
    supervised.process.send_signal(number)
    assert supervised.process.wait(PATIENCE) == 0
    assert gone(child)
    until(lambda: gone(below), "the grandchild to be ended")


@pytest.mark.slow
def test_children_leave_when_the_supervisor_is_killed(supervised: Supervised) -> None:
    child, below = supervised.generation(1)
    supervised.process.kill()
    supervised.process.wait(PATIENCE)
    until(lambda: gone(child), "the child to notice")
    until(lambda: gone(below), "the grandchild to be ended")


ENDS_AT_ONCE = """
import os
from catalog_service.operations.parent_watch import Descriptors
from ontology.errors import AtlasError, ErrorKind
with Descriptors.take(os.environ).reporting_failures():
    raise AtlasError(ErrorKind("no-disk", "the disk {n}"), n="is\\nfull")
"""
SUPERVISE = """
import os, sys
from catalog_service.operations import supervisor
from catalog_service.operations.child_process import Child
from catalog_service.logs import configure_logs
from ontology.errors import AtlasError
from tests.fixtures.waiting import until
configure_logs("info", "supervisor")
reading, writing = os.pipe()
class Short(Child):
    arguments = property(lambda self: (sys.executable, "-c", os.environ["ENDS_AT_ONCE"]))
children = [Short("short", "", dict(os.environ), reading)]
if sys.argv[1:] == ["beside"]:
    children.append(Child("child", "tests.fixtures.serve_child", dict(os.environ), reading))
try:
    sys.exit(supervisor._Supervisor(children, "here").run())
except AtlasError as error:
    print(error)
    sys.exit(3)
"""


@pytest.mark.slow
@pytest.mark.parametrize("beside", [(), ("beside",)])
def test_a_child_that_cannot_live_ends_the_service_with_its_own_words(
    tmp_path: Path, beside: tuple[str, ...]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SUPERVISE, *beside],
        env={
            **os.environ,
            "ENDS_AT_ONCE": ENDS_AT_ONCE,
            "SERVE_CHILD_NOTES": str(tmp_path / "notes"),
        },
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    last = done.stdout.splitlines()[-1]
    assert last.startswith("child-keeps-ending: The process short ended 6 times")
    assert "no-disk: the disk is full" in last
    assert "Traceback" not in done.stderr
    if beside:
        assert gone(int((tmp_path / "notes").read_text().split()[0])), "the others are ended too"


@pytest.mark.slow
def test_a_child_that_is_killed_some_times_is_started_again(
    tmp_path: Path, supervised: Supervised
) -> None:
    # Killed as soon as it is ready, which counts as not having lived; but there is hope as long
    # as it comes up: five times in a row are not enough.
    for number in range(1, 6):
        os.kill(supervised.generation(number)[0], signal.SIGKILL)
    assert not gone(supervised.generation(6)[0])
    assert supervised.process.poll() is None


def test_a_data_folder_is_served_by_one_service(tmp_path: Path) -> None:
    lock = lock_exclusively(tmp_path / "serve.lock")
    assert lock is not None
    try:
        with pytest.raises(AtlasError) as refused:
            serve(Settings(home=tmp_path), port=0)
    finally:
        os.close(lock)
    assert refused.value.code == "already-served"
    assert "--role web" in refused.value.message("en")


def test_restarts_slow_down_and_stay_bounded() -> None:
    delays = [restart_delay(n) for n in range(1, 40)]
    assert delays == sorted(delays)
    assert delays[0] < 1
    assert delays[-1] == LONGEST_DELAY


def test_children_see_the_very_same_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = Settings(home=tmp_path / "x", today="2026-09-01", sparql_timeout=3, log_level="error")
    for name, value in given.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == given


@pytest.mark.slow
def test_the_whole_service_serves_survives_and_stops(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from catalog_service.operations.supervisor import serve;"
        "from catalog_service.settings import Settings;"
        "sys.exit(serve(Settings(home=Path(sys.argv[1])), port=0, workers=2))"
    )
    log = tmp_path / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "home")], stderr=errors
        )
    try:
        url = until(
            lambda: (m := re.search(r'"url": "(\S+)", "event": "ready"', log.read_text())) and m[1],
            "the readiness line",
        )
        until(lambda: httpx.get(f"{url}/health/ready", timeout=60).status_code == 200, "readiness")
        family = psutil.Process(process.pid).children(recursive=True)
        webs = [
            child
            for child in psutil.Process(process.pid).children()
            if web_process.__name__ in child.cmdline()
        ]
        assert len(webs) == 2
        webs[0].kill()
        until(
            lambda: log.read_text().count('"child": "web-1", "event": "child ready"') == 2, "web-1"
        )
        assert httpx.get(f"{url}/", headers={"Accept": "text/html"}, timeout=60).status_code == 200
        assert "atlas_http_requests_total" in httpx.get(f"{url}/metrics", timeout=60).text
        family += psutil.Process(process.pid).children(recursive=True)
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0
    for relative in family:
        until(lambda pid=relative.pid: gone(pid), f"{relative} to end")
