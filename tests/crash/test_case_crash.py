"""Kill −9 of the processes of a service while people bring cases up and answer them.

``ATLAS_CRASHES`` is the number of kills (2 where it is not set), 20 at most.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.fixtures.drills.case_kills import CaseDrill

KILLS = min(20, int(os.environ.get("ATLAS_CRASHES", "2")))


@pytest.mark.slow
def test_no_step_word_or_mail_is_lost(tmp_path: Path) -> None:
    drill = CaseDrill(tmp_path, 20261203)
    try:
        drill.run(KILLS)
    finally:
        drill.stop()
    assert drill.wrong == []
    assert drill.found["mails"] > 0
