"""A thousand cases and fifty people at once: how long pages take, and whether a word is lost.

    .venv/bin/python -m benchmarks.cases_crowd [--people 50] [--minutes 3] [--home FOLDER]

Data: ``../shared/data/cn_portals/records.jsonl.gz`` (26,571 records), read by ``atlas import`` into
a folder of its own, or into ``--home``, which is kept; and 1,000 demands and objections of a
hundred people, of which most are assigned and some are answered. Against the real `atlas serve`
(two web processes) thirty people ask, object, follow, accept and contest, fifteen stewards of five
departments ask for more and answer, five people of the city office assign and decide, with a pause
for thought of ``--pause`` seconds on average.

Held: 95 % of all answers within 200 ms, and of each route it is told; no answer above 499; each
step that was acknowledged stands once in its case with the words that were sent. The baseline is
one person alone for a tenth of the time, in the same run. Prints one JSON object; exit 1 where
something does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from benchmarks.sparql_fairness import serving
from benchmarks.sparql_templates import DATA, filled
from benchmarks.workbench_crowd import DEPARTMENTS, WARMING
from catalog_service.accounts.service import Role
from catalog_service.atlas import Atlas
from catalog_service.participation import service
from catalog_service.participation.bringing_up import Brought
from catalog_service.participation.kinds.objection import FAULTS
from catalog_service.secret_keys import create_file
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from tests.fixtures.drills.case_people import CasePerson, Party, TookPart, missing
from tests.fixtures.drills.visitors import percentile, side_by_side, times

BAR: Final = 0.2
"""Seconds for 95 % of answers."""
CASES: Final = 1_000
EARLIER: Final = 100
"""People who brought them up."""
OBJECTED: Final = 200
"""Datasets to which somebody may object."""


class Town:
    """The people of one run, with roles and sessions."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        known = {one.notation: one.iri for one in atlas.vocabulary.concepts("organization")}
        self.organizations = tuple(known[one] for one in DEPARTMENTS)
        self._stamp = f"{time.time_ns():x}"[-8:]
        self.datasets = tuple(islice(_public(atlas), OBJECTED))
        self._made = 0

    def person(self, role: Role | None = None, organization: str | None = None) -> str:
        """Make somebody; return the secret of a session."""
        self._made += 1
        login = f"bench-{self._stamp}-{self._made}"
        account = self.atlas.accounts.people.create(login, f"P{self._made}")
        if role is not None:
            self.atlas.accounts.grants.grant(
                account.id, role, organization, by="bench", reason="bench"
            )
        return self.atlas.accounts.sessions.start(
            account.id, method="password", network="127.0.0.1", user_agent="bench"
        ).secret

    def party(self, number: int) -> Party:
        """Return one of ten: six ask, three handle, one sorts."""
        kind = number % 10
        if kind < 6:
            secret = self.person()
            return Party(f"p{number}", secret, "asker", number, datasets=self.datasets)
        if kind < 9:
            organization = self.organizations[number // 2 % len(self.organizations)]
            secret = self.person(Role.STEWARD, organization)
            return Party(f"p{number}", secret, "handler", number)
        secret = self.person(Role.CITY_OFFICE)
        return Party(f"p{number}", secret, "sorter", number, organizations=self.organizations)

    def signed_in(self, secret: str) -> Any:
        session = self.atlas.accounts.sessions.authenticate(secret)
        assert session is not None
        return self.atlas.accounts.signed_in(session)

    def fill(self) -> None:
        """Bring a thousand cases up, assign most, answer some."""
        sorter = self.signed_in(self.person(Role.CITY_OFFICE))
        stewards = {
            one: self.signed_in(self.person(Role.STEWARD, one)) for one in self.organizations
        }
        askers = [self.signed_in(self.person()) for _ in range(EARLIER)]
        fault = next(iter(FAULTS))
        for number in range(CASES):
            asker = askers[number % EARLIER]
            organization = self.organizations[number % len(self.organizations)]
            if number % 4 == 3:
                name = self.datasets[number % len(self.datasets)]
                subject, responsible = service.find_subject(self.atlas, name)
                brought = Brought(
                    "objection",
                    f"有误 {number}",
                    {"fault": fault},
                    subject,
                    None,
                    None,
                    responsible,
                )
                service.bring_up(self.atlas, asker, brought)
                continue
            case = service.bring_up(self.atlas, asker, Brought("demand", f"想要数据 {number}"))
            if number % 8 == 0:
                continue
            fields = {"organization": organization, "title": f"交通数据{number}"}
            service.take_step(self.atlas, sorter, case.number, "sort", "", fields)
            if number % 3 == 0:
                answer = {"outcome": "will-open", "day": "2027-03-01"}
                service.take_step(
                    self.atlas, stewards[organization], case.number, "answer", "年内", answer
                )


def _public(atlas: Atlas) -> Iterator[str]:
    """Yield names of datasets to which everybody may object."""
    for change in atlas.journal.changes_after(0, 10 * OBJECTED):
        name = f"{change.source}/{change.remote_id}"
        with suppress(AtlasError):
            service.find_subject(atlas, name)
            yield name


def run(home: Path, people: int, minutes: float, pause: float) -> dict[str, Any]:
    """Measure once; return what is printed."""
    filled(home, DATA)
    # Keys do not lie in the data folder.
    keys = home.with_name(f"{home.name}-keys")
    os.environ["ATLAS_SECRET_FILE"] = str(keys)
    if not keys.exists():
        create_file(Settings(home=home))
    with Atlas(Settings(home=home)) as atlas:
        town = Town(atlas)
        began = time.monotonic()
        town.fill()
        filling = round(time.monotonic() - began, 1)
        parties = [town.party(number) for number in range(people)]
        lone, first = town.party(0), town.party(1)
    with serving(home, web=2) as (base, _):
        # What is loaded with the first questions is nobody's time.
        side_by_side(partial(CasePerson, base, 0.1), [first], WARMING)
        alone = side_by_side(partial(CasePerson, base, pause / 4), [lone], max(15.0, 6 * minutes))
        noted: list[TookPart] = side_by_side(
            partial(CasePerson, base, pause), parties, 60 * minutes
        )
    with Atlas(Settings(home=home)) as atlas:
        gone = missing(atlas, [deed for one in noted for deed in one.deeds])
    took = [took for one in noted for _, took, _ in one.took]
    by_one = [took for one in alone for _, took, _ in one.took]
    wrong = [text for one in noted for text in one.wrong]
    return {
        "people": people,
        "minutes": minutes,
        "pause": pause,
        "cases before": CASES,
        "seconds for these": filling,
        "answers": len(took),
        "statuses": dict(Counter(str(s) for one in noted for _, _, s in one.took)),
        "all": {"p50": percentile(took, 0.5), "p95": percentile(took, 0.95)},
        "one person": {"p50": percentile(by_one, 0.5), "p95": percentile(by_one, 0.95)},
        "routes": times(noted),
        "steps": dict(Counter(deed.step for one in noted for deed in one.deeds)),
        "too late": sum(one.refused for one in noted),
        "lost": gone[:20],
        "wrong": wrong[:20],
        "holds": percentile(took, 0.95) <= 1000 * BAR and not gone and not wrong,
    }


def main() -> int:
    """Run it as the module says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--pause", type=float, default=3)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    if not DATA.exists():
        sys.exit(f"{DATA} is not on this machine")
    with tempfile.TemporaryDirectory(prefix="atlas-cases-") as folder:
        found = run(given.home or Path(folder), given.people, given.minutes, given.pause)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0 if found["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
