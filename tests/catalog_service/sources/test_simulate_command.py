"""``atlas simulate`` says how to connect it, changes over time, and ends at Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from catalog_service.main import app
from harvesters.simulator.names import PLATFORMS
from harvesters.simulator.shapes.registry import SHAPES


def test_it_runs_until_it_is_interrupted() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    control = f"http://127.0.0.1:{port}/_simulator/"
    changes: list[int] = []

    def interrupt_after_a_change() -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end and (not changes or changes[-1] <= 12):
            try:
                with urlopen(control) as answer:
                    changes.append(json.load(answer)["changes"])
            except URLError:
                time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    visitor = threading.Thread(target=interrupt_after_a_change)
    arguments = f"simulate --json --datasets 12 --changes 6000 --port {port}"
    # A worker of a shared run ignores Ctrl-C, and so would the command.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        visitor.start()
        result = CliRunner().invoke(app, arguments.split())
        visitor.join()
    finally:
        signal.signal(signal.SIGINT, before)
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["url"], told["control"], told["datasets"]) == (control[:-12], control, 12)
    assert changes[-1] > 12
    for one in told["connections"]:
        assert f"--type {one['type']} --url {one['url']} --allow 127.0.0.1:{port}" in one["command"]
    assert {one["type"] for one in told["connections"]} == set(PLATFORMS) - {"district"}
    assert tuple(SHAPES) == PLATFORMS


@pytest.mark.parametrize("wrong", [["--platform", "x"], ["--district", "卢湾区"]])
def test_wrong_names_are_wrong_use(wrong: list[str]) -> None:
    assert CliRunner().invoke(app, ["simulate", *wrong]).exit_code == 2
