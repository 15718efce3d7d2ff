"""What no process could ever work with is refused at once, with its reason and exit code 3."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog_service.accounts.tokens import Tokens
from catalog_service.clock import SystemClock
from catalog_service.graph.files import lock_exclusively
from catalog_service.journal import Journal
from catalog_service.operations.child_process import Child
from catalog_service.operations.supervisor import _Supervisor, check_before_start
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from tests.fixtures.lives import ATLAS

ROOT = Path(__file__).resolve().parents[2]
BASE = "http://127.0.0.1:8080"


def made(home: Path) -> Path:
    """Make a journal whose records were minted under the usual base."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "journal.sqlite"
    journal = Journal.open(f"sqlite:///{path}", SystemClock())
    with journal.writing() as writer:
        writer.claim_base_iri(BASE)
    Tokens(journal, SystemClock()).create("one", ["write"])
    journal.close()
    return path


def too_new(home: Path) -> None:
    with sqlite3.connect(made(home)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def another_base(home: Path) -> None:
    with sqlite3.connect(made(home)) as connection:
        connection.execute("UPDATE meta SET value = 'http://else.test' WHERE key = 'base_iri'")
    connection.close()


def no_database(home: Path) -> None:
    made(home).write_bytes(b"what is this? " * 1_000)


def torn(home: Path) -> None:
    path = made(home)
    for beside in home.glob("journal.sqlite-*"):
        beside.unlink()
    data = bytearray(path.read_bytes())
    # Every page but the first: the header still calls it a database.
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)


LASTING = {
    "journal-too-new": too_new,
    "base-iri-changed": another_base,
    "journal-damaged": torn,
    "journal-unreachable": no_database,
}


@pytest.mark.slow
@pytest.mark.parametrize("code", LASTING)
def test_a_service_that_could_never_work_starts_no_process(code: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    LASTING[code](home)
    done = subprocess.run(
        [*ATLAS, "serve", "--port", "0"],
        env={**os.environ, "ATLAS_HOME": str(home), "LANG": "C.UTF-8"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert f"{code}: " in done.stderr
    assert '"event": "started"' not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_of_hosts_that_cannot_be_read_is_refused_before_any_start(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts.csv"
    hosts.write_text("host,from,until,note\nnot a host,,,\n")
    with pytest.raises(AtlasError) as refused:
        check_before_start(Settings(home=tmp_path, access_hosts=hosts))
    assert refused.value.code == "invalid-rule-parameters"


def test_a_journal_that_may_come_back_is_waited_for(tmp_path: Path) -> None:
    check_before_start(Settings(home=tmp_path))
    check_before_start(Settings(home=tmp_path, database_url="postgresql://127.0.0.1:9/none"))


@pytest.mark.slow
def test_a_port_in_use_and_a_lock_held_are_refused_at_once(tmp_path: Path) -> None:
    def serve(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*ATLAS, "serve", *arguments],
            env={**os.environ, "ATLAS_HOME": str(tmp_path)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = serve("--port", str(taken.getsockname()[1]))
    assert (done.returncode, "cannot-listen: " in done.stderr) == (3, True), done.stderr
    lock = lock_exclusively(tmp_path / "serve.lock")
    assert lock is not None
    try:
        done = serve("--port", "0")
    finally:
        os.close(lock)
    assert (done.returncode, "already-served: " in done.stderr) == (3, True), done.stderr


# -- what only a child comes upon ----------------------------------------------------------------


class Telling(Child):
    """A child that says why it cannot work and ends."""

    code = "journal-too-new"
    lasts = True

    @property
    def arguments(self) -> list[str]:
        program = (
            "import os\n"
            "from catalog_service.operations.parent_watch import Descriptors\n"
            "from ontology.errors import AtlasError, ErrorKind\n"
            "with Descriptors.take(os.environ).reporting_failures():\n"
            f"    kind = ErrorKind('{self.code}', 'no {{n}}', lasting={self.lasts})\n"
            "    raise AtlasError(kind, n='use')\n"
        )
        return [sys.executable, "-c", program]


def supervise(child: Child) -> AtlasError:
    with pytest.raises(AtlasError) as refused:
        _Supervisor([child], "here").run()
    return refused.value


def with_lifeline(make: Callable[[int], AtlasError]) -> AtlasError:
    reading, writing = os.pipe()
    try:
        return make(reading)
    finally:
        os.close(reading)
        os.close(writing)


def test_a_child_that_says_it_can_never_work_is_not_started_again() -> None:
    child = None

    def run(lifeline: int) -> AtlasError:
        nonlocal child
        child = Telling("worker", "", dict(os.environ), lifeline)
        return supervise(child)

    error = with_lifeline(run)
    assert error.code == "child-cannot-work"
    assert "worker cannot do its work: journal-too-new: no use" in error.message("en")
    assert child is not None
    assert child.early_exits == 1


@pytest.mark.slow
def test_a_child_with_settings_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "atlas.toml").write_text("sparql_workers = 'many'\n")
    reading, writing = os.pipe()
    done = subprocess.run(
        [sys.executable, "-m", "catalog_service.operations.worker_process"],
        env={**os.environ, "ATLAS_SERVE_READINESS": str(writing), "ATLAS_HOME": str(tmp_path)},
        cwd=tmp_path,
        pass_fds=(writing,),
        capture_output=True,
        timeout=60,
        check=False,
    )
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    assert done.returncode == 3
    assert said.startswith(b"! * settings-invalid: ")
    assert b"sparql_workers" in said


class Passing(Telling):
    """A child whose trouble may pass."""

    code = "storage-failed"
    lasts = False


def test_what_may_pass_is_tried_for_ever_where_all_once_went_well() -> None:
    reading, writing = os.pipe()
    child = Passing("worker", "", dict(os.environ), reading)
    supervisor = _Supervisor([child], "here")
    child.early_exits = 100
    try:
        assert supervisor._should_give_up(child), "it never went well"
        supervisor._announced = True
        assert not supervisor._should_give_up(child)
        child.lasting = True
        assert supervisor._should_give_up(child)
    finally:
        os.close(reading)
        os.close(writing)


# -- identifiers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "host", "port", "said"),
    [
        ({}, "127.0.0.1", 8080, False),
        ({}, "localhost", 8080, False),
        ({}, "0.0.0.0", 8080, False),
        ({}, "127.0.0.1", 8094, True),
        ({}, "0.0.0.0", 8094, True),
        ({}, "127.0.0.1", 0, True),
        ({"base_iri": "http://127.0.0.1:8094"}, "127.0.0.1", 8094, False),
        ({"base_iri": "http://atlas.example:8094"}, "::", 8094, False),
        ({"base_iri": "https://data.example"}, "127.0.0.1", 8080, True),
        (
            {"base_iri": "https://data.example", "public_url": "https://data.example"},
            "127.0.0.1",
            8094,
            False,
        ),
        (
            {"base_iri": "https://data.example", "public_url": "https://data.example:443"},
            "127.0.0.1",
            0,
            False,
        ),
        ({"public_url": "https://data.example"}, "127.0.0.1", 8080, True),
    ],
)
def test_it_is_said_where_identifiers_do_not_answer(
    given: dict[str, str],
    host: str,
    port: int,
    said: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from catalog_service.operations.serve_command import reached_at, remark_on_identifiers

    for language, words in (("en_US", "will not answer here"), ("zh_CN", "打不开这些标识符")):
        monkeypatch.setenv("LC_ALL", f"{language}.UTF-8")
        settings = reached_at(Settings(**given), host, port)  # type: ignore[arg-type]
        remark_on_identifiers(settings, host, port)
        printed = capsys.readouterr().err
        assert (words in printed) is said
        assert (settings.base_iri in printed) is said


@pytest.mark.slow
def test_a_service_on_another_port_says_so_before_it_serves(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*ATLAS, "serve", "--port", str(port)],
        env={**os.environ, "ATLAS_HOME": str(tmp_path), "LC_ALL": "en_US.UTF-8"},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    with process.stderr:
        first = process.stderr.readline()
        while '"event": "ready"' not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
    assert process.wait(60) == 0
    assert f"identifiers of datasets begin with {BASE}" in first
    assert f"this service is at http://127.0.0.1:{port}" in first
