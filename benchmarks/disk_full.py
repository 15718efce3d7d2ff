"""A disk that fills up and is emptied again, round after round, under a running service.

A tmpfs of ``--megabytes`` holds everything that the service writes: the data folder, its log and
its temporary files. ``atlas serve`` runs on it; three clients put, change and close records all the
time. In each round a filler takes the disk to its last few kilobytes (a different few each time, in
the midst of an import, of a new build of graph or index, or of the writes alone), stays for a
while, and is removed. Nobody starts anything again.

The bar: every write that was acknowledged is in the journal; within 10 s of room graph (SPARQL),
index (search), a record's page and ``/health/ready`` show all of it; while the disk is full writes
are either acknowledged or refused with ``storage-failed``, 503 and Retry-After; the processes are
the same at the end as at the start. Exit 1 where it is missed.

Run as root: ``python -m benchmarks.disk_full [--rounds 60] [--megabytes 60] [--seed 8]``; prints
one JSON object. 60 rounds take some fifteen minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

BAR = 10.0
"""Seconds from the moment when there is room until everything is shown."""

PATIENCE = 60.0
"""Seconds after which what is not shown counts as lost."""

WRITERS = 3
SOURCE = "drill"
ATLAS = (sys.executable, "-m", "catalog_service.main")
ROOT = Path(__file__).resolve().parents[1]
KINDS = ("writes", "import", "rebuild-graph", "writes", "rebuild-index", "import")
"""What goes on when the disk fills up, by round."""


class CannotMountError(Exception):
    """This machine, or this user, may not mount a file system of its own."""


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """Mount a tmpfs for the block. Raises `CannotMountError`."""
    with tempfile.TemporaryDirectory(prefix="atlas-disk-") as folder:
        try:
            done = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder],
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            raise CannotMountError(str(error)) from error
        if done.returncode:
            raise CannotMountError(done.stderr.strip() or "mount failed")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=False)


def fill(disk: Path, margin: int) -> Path:
    """Take the disk to its last ``margin`` bytes, and return the file that does."""
    path = disk / "filler"
    with path.open("ab", buffering=0) as file:
        for size in (1 << 16, 1 << 12):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
        file.truncate(max(0, file.tell() - margin))
    return path


def record(name: str, version: int, *, closed: bool = False) -> dict[str, Any]:
    """Return a record that passes the gate; its title is found by one search word of its own."""
    return {
        "id": name,
        "title": f"停车场 {name} 第{version}版",
        "description": f"记录 {name} 的第 {version} 版。" + "各区公共停车场的位置与泊位。" * 12,
        "organization": "市交通委",
        "is_open": "非开放" if closed else "无条件开放",
        "url": f"https://data.sh.gov.cn/view/detail/{name}",
    }


@dataclass
class Told:
    """What the clients were told: the last acknowledged state of each record, and all answers."""

    shown: dict[str, str | None] = field(default_factory=dict)
    """Title by remote id; None for a record that was closed."""
    doubt: dict[str, set[str | None]] = field(default_factory=dict)
    """What a write that was not answered may have left."""
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Writers:
    """Clients that put records, each its own, until they are stopped."""

    def __init__(self, url: str, secret: str, told: Told, seed: int) -> None:
        self._url, self._secret, self._told = url, secret, told
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(n, random.Random(f"{seed} {n}")))
            for n in range(WRITERS)
        ]
        self._version = 0

    def __enter__(self) -> Writers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _write(self, number: int, chance: random.Random) -> None:
        with httpx.Client(base_url=self._url, timeout=PATIENCE, trust_env=False) as client:
            while not self._over.wait(0.05):
                name = f"w{number}x{chance.randrange(40)}"
                put(client, self._secret, self._told, name, closed=chance.random() < 0.1)


_numbers = iter(range(1, 1 << 60))


def put(client: httpx.Client, secret: str, told: Told, name: str, *, closed: bool = False) -> bool:
    """Write one record, and note what was answered; says whether it was acknowledged."""
    version = next(_numbers)
    body = record(name, version, closed=closed)
    expected = None if closed else str(body["title"])
    try:
        answer = client.put(
            f"/api/v1/sources/{SOURCE}/records/{name}",
            json=body,
            headers={"Authorization": f"Bearer {secret}"},
        )
    except httpx.HTTPError as error:
        with told.lock:
            told.wrong.append(f"PUT {name}: {error!r}")
            told.doubt.setdefault(name, set()).add(expected)
        return False
    with told.lock:
        if answer.status_code in (200, 201):
            told.answers["acknowledged"] += 1
            told.shown[name] = expected
            told.doubt.pop(name, None)
            return True
        said = answer.json()
        told.answers[f"{answer.status_code} {said.get('code')}"] += 1
        if (
            answer.status_code != 503
            or said.get("code") != "storage-failed"
            or not answer.headers.get("Retry-After", "").isdecimal()
        ):
            told.wrong.append(f"PUT {name}: {answer.status_code} {answer.text[:300]}")
    return False


def atlas(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a command over the data folder."""
    return subprocess.Popen(
        [*ATLAS, *arguments, "--json"],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def environment(home: Path) -> dict[str, str]:
    """Return the environment of every process: everything that is written is on the small disk."""
    temporary = home.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    return {
        **os.environ,
        "ATLAS_HOME": str(home),
        "ATLAS_TODAY": "2026-09-01",
        "TMPDIR": str(temporary),
    }


def shown_by_sparql(client: httpx.Client) -> dict[str, str]:
    """Return title by remote id of all records that the graph shows. Raises `NotShownError`."""
    query = (
        "SELECT ?i ?t { ?d a <http://www.w3.org/ns/dcat#Dataset> ; "
        "<http://purl.org/dc/terms/identifier> ?i ; <http://purl.org/dc/terms/title> ?t }"
    )
    answer = client.get(
        "/sparql",
        params={"query": query},
        headers={"Accept": "application/sparql-results+json"},
    )
    _must(answer)
    return {row["i"]["value"]: row["t"]["value"] for row in answer.json()["results"]["bindings"]}


def shown_by_search(client: httpx.Client) -> dict[str, str]:
    """Return title by IRI of everything that search finds."""
    found: dict[str, str] = {}
    cursor: str | None = ""
    while cursor is not None:
        asked = {"source": SOURCE, "limit": "100", **({"cursor": cursor} if cursor else {})}
        answer = client.get("/api/v1/search", params=asked)
        _must(answer)
        told = answer.json()
        found.update((hit["remote_id"], hit["title"]) for hit in told["hits"])
        cursor = told["next"]
    return found


class NotShownError(Exception):
    """Something acknowledged is not shown (yet)."""


def _must(answer: httpx.Response) -> None:
    if answer.status_code != 200:
        raise NotShownError(f"{answer.request.url.path}: {answer.status_code} {answer.text[:300]}")


def look(client: httpx.Client, told: Told, sample: str) -> None:
    """See that everything acknowledged is shown everywhere. Raises `NotShownError`."""
    ready = client.get("/health/ready")
    if ready.status_code != 200:
        bad = {n: p["reason"] for n, p in ready.json()["parts"].items() if not p["ok"]}
        raise NotShownError(f"not ready: {bad}")
    for what, found in (
        ("graph", shown_by_sparql(client)),
        ("search", shown_by_search(client)),
    ):
        wrong = [
            (name, title, found.get(name))
            for name, title in told.shown.items()
            if found.get(name) not in {title, *told.doubt.get(name, ())}
        ]
        if wrong:
            raise NotShownError(f"{what}: {len(wrong)} differ, such as {wrong[0]}")
    page = client.get(f"/id/dataset/{SOURCE}/{sample}", headers={"Accept": "text/html"})
    if page.status_code != 200 or str(told.shown[sample]) not in page.text:
        raise NotShownError(f"page of {sample}: {page.status_code}")


@dataclass
class Round:
    """One round: what went on, and how long it took until everything was shown."""

    kind: str
    margin: int
    refused: int = 0
    seconds: float = 0.0
    """From room until all that was acknowledged by then is shown."""
    seconds_beside: float = 0.0
    """From the end of an import or a new build until that is shown too."""
    missed: str = ""


@dataclass
class Beside:
    """A command that runs while the disk fills up, and the titles that it writes, by remote id."""

    process: subprocess.Popen[str]
    titles: dict[str, str] = field(default_factory=dict)


class Drill:
    """The service on its small disk, its clients, and what they were told."""

    def __init__(self, disk: Path, input_: Path, url: str, secret: str, seed: int) -> None:
        """Import from the file ``input_``, which is on a disk that has room."""
        self._input = input_
        self.told = Told()
        self._disk, self._url, self._secret = disk, url, secret
        self._home = disk / "home"
        self._chance = random.Random(seed)
        self._client = httpx.Client(
            base_url=url, timeout=PATIENCE, trust_env=False, follow_redirects=True
        )

    def close(self) -> None:
        """Close the client's connections."""
        self._client.close()

    def round(self, number: int) -> Round:
        """Fill the disk in the midst of things, empty it, and see how soon all is shown."""
        chance = self._chance
        this = Round(KINDS[number % len(KINDS)], chance.choice((0, 4096, 60_000, 200_000)))
        before = sum(self.told.answers.values()) - self.told.answers["acknowledged"]
        beside = self._beside(this.kind, number)
        with Writers(self._url, self._secret, self.told, chance.randrange(1 << 30)):
            time.sleep(chance.random() * (2.5 if beside else 0.5))
            filler = fill(self._disk, this.margin)
            # It stays full: what the service gives up, for want of room, is taken too. SQLite
            # goes on in a log that has its length already, so that not every round refuses.
            until = time.monotonic() + 1.0 + chance.random() * 4.0
            while time.monotonic() < until:
                time.sleep(0.2)
                fill(self._disk, 0)
            filler.unlink()
            emptied = time.monotonic()
        this.refused = sum(self.told.answers.values()) - self.told.answers["acknowledged"] - before
        sample = f"sample{number}"
        while not put(self._client, self._secret, self.told, sample):
            if time.monotonic() - emptied > PATIENCE:
                this.missed = "no write is taken any more"
                return this
            time.sleep(0.1)
        this.seconds, this.missed = self._until_shown(emptied, sample)
        if beside is not None:
            # What went on beside goes on when there is room: it has ten seconds of its own.
            self._end(beside)
            this.seconds_beside, missed = self._until_shown(time.monotonic(), sample)
            this.missed = this.missed or missed
        return this

    def _until_shown(self, since: float, sample: str) -> tuple[float, str]:
        """Return the seconds since a moment until all is shown, and what was missing for long."""
        while True:
            missed = ""
            try:
                look(self._client, self.told, sample)
            except (NotShownError, httpx.HTTPError, KeyError) as error:
                missed = f"{type(error).__name__}: {error}"
            seconds = time.monotonic() - since
            if not missed:
                return round(seconds, 2), "" if seconds <= BAR else f"only after {seconds:.1f} s"
            if seconds > PATIENCE:
                return round(seconds, 2), missed
            time.sleep(0.1)

    def _beside(self, kind: str, number: int) -> Beside | None:
        if kind == "import":
            titles = {
                f"i{number % 4}x{n}": record(f"i{number % 4}x{n}", number) for n in range(400)
            }
            self._input.write_text(
                "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in titles.values()), "utf-8"
            )
            # It may be shown before the command says so.
            for name, title in titles.items():
                self.told.doubt.setdefault(name, set()).add(str(title["title"]))
            process = atlas(self._home, "import", str(self._input), "--source", SOURCE)
            return Beside(process, {name: str(r["title"]) for name, r in titles.items()})
        if kind.startswith("rebuild-"):
            return Beside(atlas(self._home, "index", "rebuild", kind.removeprefix("rebuild-")))
        return None

    def _end(self, beside: Beside) -> None:
        """Wait for a command, and note what it acknowledged."""
        out, errors = beside.process.communicate(timeout=10 * PATIENCE)
        code = beside.process.returncode
        self.told.answers[f"{'import' if beside.titles else 'rebuild'}: exit {code}"] += 1
        if code not in (0, 1, 3) or "Traceback" in errors:
            self.told.wrong.append(f"exit {code}: {errors[-500:]}")
        tally = json.loads(out) if out else {}
        good = sum(tally.get(name, 0) for name in ("created", "updated", "unchanged"))
        if good == len(beside.titles):
            self.told.shown |= beside.titles
            for name in beside.titles:
                self.told.doubt.pop(name, None)


def pids(supervisor: int) -> dict[int, str]:
    """Return the processes of the service; SPARQL workers, which are killed by design, apart."""
    parent = psutil.Process(supervisor)
    return {p.pid: p.cmdline()[-1] for p in (parent, *parent.children())}


@contextmanager
def serving(home: Path) -> Iterator[tuple[int, str]]:
    """Run ``atlas serve`` with its log on the small disk; yield its number and its address."""
    log = home.parent / "serve.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*ATLAS, "serve", "--port", "0"], cwd=ROOT, env=environment(home), stderr=errors
        )
    try:
        end = time.monotonic() + PATIENCE
        while not (found := re.search(r'"url": "(http\S+)"', log.read_text("utf-8"))):
            if time.monotonic() > end or process.poll() is not None:
                raise RuntimeError(f"the service did not come up: {log.read_text('utf-8')}")
            time.sleep(0.05)
        yield process.pid, found[1]
    finally:
        process.terminate()
        process.wait(PATIENCE)


def run(rounds: int, megabytes: int, seed: int) -> dict[str, Any]:
    """Run the drill and return its figures; ``bar`` says whether all was well."""
    with small_disk(megabytes) as disk, tempfile.TemporaryDirectory() as roomy:
        home = disk / "home"
        home.mkdir()
        out, errors = atlas(
            home, "token", "create", "drill", "--scope", f"write:{SOURCE}"
        ).communicate()
        if not out:
            raise RuntimeError(errors)
        secret = json.loads(out)["secret"]
        with serving(home) as (supervisor, url):
            drill = Drill(disk, Path(roomy) / "input.jsonl", url, secret, seed)
            before = pids(supervisor)
            done = []
            for number in range(rounds):
                done.append(drill.round(number))
                print(number, asdict(done[-1]), file=sys.stderr, flush=True)
            drill.close()
            after = pids(supervisor)
            used = sum(p.stat().st_blocks * 512 for p in disk.rglob("*") if p.is_file())
        compared = atlas(home, "index", "compare", "--deep")
        said, errors = compared.communicate()
        told = drill.told
        missed = [asdict(one) for one in done if one.missed]
        seconds = sorted(one.seconds for one in done)
        return {
            "rounds": rounds,
            "answers": dict(told.answers),
            "refused_in_rounds": sum(one.refused > 0 for one in done),
            "seconds_from_room_until_shown": {
                "median": seconds[len(seconds) // 2],
                "most": seconds[-1],
            },
            "most_seconds_from_the_end_of_what_ran_beside": max(one.seconds_beside for one in done),
            "used_megabytes_at_end": round(used / 1e6, 1),
            "missed": missed,
            "wrong": told.wrong[:10],
            "same_processes": before == after,
            "equal": json.loads(said).get("equal") if said else errors,
            "bar": not missed
            and not told.wrong
            and before == after
            and compared.returncode == 0
            and json.loads(said)["equal"],
        }


def main() -> int:
    """Drill and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=60)
    options.add_argument("--megabytes", type=int, default=60)
    options.add_argument("--seed", type=int, default=8)
    given = options.parse_args()
    # Ended from outside, it ends the service and unmounts the disk all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    try:
        found = run(given.rounds, given.megabytes, given.seed)
    except CannotMountError as error:
        sys.exit(f"nothing measured: no file system can be mounted here ({error})")
    print(json.dumps(found, indent=2, ensure_ascii=False))
    return 0 if found["bar"] else 1


if __name__ == "__main__":
    sys.exit(main())
