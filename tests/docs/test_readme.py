"""The commands of README.md work as they stand there, in their order, beside the running demo."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PORT = "127.0.0.1:8080"
FINDINGS = {"validate", "held list", "open-list check"}
"""Commands whose answer on the example data is a finding: exit code 1."""
NOT_HERE = ("make demo", "make test")
"""What stands for itself: the demo is what the others run beside; the tests run now."""


def commands() -> list[str]:
    """Return the commands of all shell blocks, continued lines joined, without their remarks."""
    text = "\n".join(BLOCK.findall((ROOT / "README.md").read_text("utf-8")))
    lines = text.replace("\\\n", " ").splitlines()
    told = [re.sub(r"\s+# .*$", "", line).strip() for line in lines]
    return [line for line in told if line and not line.startswith(NOT_HERE)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone's folder as far as the commands see it."""
    folder = tmp_path_factory.mktemp("clone")
    (folder / ".venv" / "bin").mkdir(parents=True)
    command = folder / ".venv" / "bin" / "atlas"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m catalog_service.main "$@"\n')
    command.chmod(0o755)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (folder / "examples").symlink_to(ROOT / "examples")
    return folder


def environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ATLAS_", "LC_"))}
    return {**kept, "LANG": "C.UTF-8"}


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[tuple[str, str]]:
    """The usual demo on a free port: its address, and what it said once it was ready."""
    log = folder / "demo.log"
    with (
        log.open("wb") as said,
        subprocess.Popen(
            [folder / ".venv" / "bin" / "atlas", "demo", "--port", "0"],
            cwd=folder,
            env=environment(),
            stdout=said,
            stderr=said,
        ) as process,
    ):
        try:
            end = time.monotonic() + 120
            while "Ctrl-C" not in log.read_text("utf-8"):
                assert process.poll() is None, log.read_text("utf-8")
                assert time.monotonic() < end, log.read_text("utf-8")
                time.sleep(0.1)  # nothing tells of a line in a file; the loop waits for the line
            text = log.read_text("utf-8")
            (address,) = re.findall(r"ready: http://(\S+)", text)
            yield address, text
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


@pytest.mark.skipif(shutil.which("curl") is None, reason="README.md uses curl")
def test_the_commands_work_beside_the_demo(folder: Path, demo: tuple[str, str]) -> None:
    address, _ = demo
    script = ["set -o pipefail"]
    for command in commands():
        finding = any(f"atlas {name}" in command for name in FINDINGS)
        good = "[ $code -eq 1 ]" if finding else "[ $code -eq 0 ]"
        shown = command.replace(PORT, address).replace(
            "curl ", "curl --fail-with-body --noproxy '*' "
        )
        script += [
            "echo '>>>'",
            shown,
            f"code=$?; {good} || {{ echo failed with $code; exit 1; }}",
        ]
    ran = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ran.returncode == 0, f"{ran.stdout[-2000:]}\n{ran.stderr[-2000:]}"
    told = dict(zip(commands(), ran.stdout.split(">>>\n")[1:], strict=True))

    def answer(part: str) -> str:
        (found,) = (text for command, text in told.items() if part in command)
        return found

    # The demo has it under this very source: nothing is there twice afterwards.
    assert "created 0  updated 0  unchanged 12" in answer("atlas import")
    assert answer("search 三级医院门诊量").count("三级医院门诊量月报") == 1
    assert "city-weijian-2026/f960fbdac1b9c5c9" in answer("search 三级医院门诊量")
    assert "import weijian-2026.csv" in answer("atlas history")
    assert "districts-hongkou-draft/HK2026001" in answer("held list")
    assert "R01" in answer("held show")
    assert "districts-" in answer("search 停车场")
    assert len(answer("atlas sparql").splitlines()) == 1 + 10
    assert '"created"' in answer("curl -X PUT")
    assert "my-district/bike-1" in answer("search 公共自行车租赁点")
    # One catalogue was made, the demo's, and every command worked on it.
    assert [path.name for path in (folder / "var").iterdir()] == ["demo"]


def test_the_demo_says_that_its_data_are_invented_and_how_to_see_them(
    demo: tuple[str, str],
) -> None:
    address, said = demo
    assert "Invented" in said
    assert "identifiers of datasets begin with http://127.0.0.1:8080" in said
    (line,) = (line.strip() for line in said.splitlines() if line.strip().startswith("export "))
    # On the usual port it is README's own line; on another it also tells where that demo answers.
    assert line.removesuffix(f" ATLAS_PUBLIC_URL=http://{address}") in commands()
    assert f"http://{address}" in said
