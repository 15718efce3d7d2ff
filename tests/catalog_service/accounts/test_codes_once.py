"""A one-time code and a recovery code are good once, also for two processes in the same moment."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest

from catalog_service.accounts.second_factor import STEP_SECONDS, SecondFactors
from catalog_service.secret_keys import create_file
from ontology.errors import AtlasError
from tests.fixtures.people import person
from tests.fixtures.web import House

STEP = timedelta(seconds=STEP_SECONDS)
_CHILD = """
import sys
from datetime import datetime
from pathlib import Path
from catalog_service.accounts.second_factor import SecondFactors
from catalog_service.journal import Journal
from catalog_service.settings import Settings

folder, url, who, now = Path(sys.argv[1]), *sys.argv[2:]

class Clock:
    def now(self):
        return datetime.fromisoformat(now)

settings = Settings(home=folder / "var", secret_file=folder / "secrets")
factors = SecondFactors(Journal.open(url, Clock()), Clock(), settings)
print("ready", flush=True)
for line in sys.stdin:
    print(factors.check(who, line.strip()), flush=True)
"""
ROOT = Path(__file__).resolve().parents[3]


def test_two_processes_with_one_code_let_one_in(tmp_path: Path) -> None:
    house = House(tmp_path / "var", secret_file=tmp_path / "secrets")
    create_file(house.settings)
    with house.atlas as atlas:
        who = person(atlas, "zhao").id
        factors = SecondFactors(atlas.journal, atlas.clock, atlas.settings)
        device = pyotp.TOTP(factors.begin(who))
        now, url = house.clock.now(), house.settings.journal_url
        recovery = factors.confirm(who, device.at(now - STEP))
        codes = [device.at(now), device.at(now + STEP), *recovery[:8]]
        children = [
            subprocess.Popen(
                [sys.executable, "-c", _CHILD, str(tmp_path), url, who, now.isoformat()],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        try:
            said = []
            for child in children:
                assert child.stdout is not None and child.stdout.readline() == "ready\n"
            for code in codes:
                for child in children:
                    assert child.stdin is not None
                    child.stdin.write(f"{code}\n")
                    child.stdin.flush()
                answers = []
                for child in children:
                    assert child.stdout is not None
                    answers.append(child.stdout.readline().strip())
                said.append(sorted(answers))
        finally:
            for child in children:
                child.communicate(timeout=60)
        assert said == [["False", "True"]] * len(codes)
        assert factors.codes_left(who) == len(recovery) - 8


class _Interrupted(SecondFactors):
    """Begins another device between the reading of a secret and the noting of its code."""

    def _device(self, person: str) -> Any:
        found = super()._device(person)
        self.begin(person)
        return found


def test_a_code_of_one_secret_confirms_no_other(tmp_path: Path) -> None:
    house = House(tmp_path / "var", secret_file=tmp_path / "secrets")
    create_file(house.settings)
    with house.atlas as atlas:
        who = person(atlas, "qian").id
        factors = _Interrupted(atlas.journal, atlas.clock, atlas.settings)
        device = pyotp.TOTP(factors.begin(who))
        with pytest.raises(AtlasError, match="code-refused"):
            factors.confirm(who, device.at(house.clock.now()))
        assert not factors.is_set(who), "a secret that nobody was shown"
        assert not factors.check(who, device.at(house.clock.now()))
