"""Fifty people at work for five minutes: how long pages take, and whether an edit is lost.

    .venv/bin/python -m benchmarks.workbench_crowd [--people 50] [--minutes 5] [--home FOLDER]

Data: ``../shared/data/cn_portals/records.jsonl.gz`` (26,571 records), read by ``atlas import`` into
a folder of its own, or into ``--home``, which is kept: with one whose vectors are made already,
nobody works beside the worker that makes them. Against the real `atlas serve` (two web processes)
people of five departments read, describe datasets, submit them and release each other's (four eyes
are demanded), with a pause for thought of ``--pause`` seconds on average; two and two
write on one shared draft, now the same field and now another.

Held: 95 % of all answers to GET within 150 ms, and of each route it is told; no answer above 499;
no lost edit. An edit is lost where a saving that was said to be written is in no version of its
draft; or where it took away what somebody else wrote after its form was loaded, and nobody was
asked. The baseline is one person alone for a tenth of the time, in the same run, after fifteen
seconds that do not count. Prints one JSON
object; exit 1 where something does not hold.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks.sparql_fairness import serving
from benchmarks.sparql_templates import DATA, filled
from benchmarks.workbench_people import FIELDS, Person, Worked, Worker
from catalog_service.accounts.four_eyes import FourEyes
from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.atlas import Atlas
from catalog_service.editing import service
from catalog_service.editing.form_fields import read_entries
from catalog_service.editing.form_view import sent
from catalog_service.editing.forms import form_views
from catalog_service.editing.model import Draft
from catalog_service.editing.stored_drafts import StoredDrafts
from catalog_service.settings import Settings
from tests.fixtures.drills.visitors import percentile, side_by_side, times

BAR: Final = 0.15
"""Seconds for 95 % of pages."""
DEPARTMENTS: Final = ("transport", "health", "education", "civil-affairs", "culture-tourism")
WARMING: Final = 15.0
"""Seconds."""


def staff(atlas: Atlas, people: int) -> list[Worker]:
    """Make people with sessions, and a draft for each two."""
    known = {c.notation: c.iri for c in atlas.vocabulary.concepts("organization")}
    organizations = [known[one] for one in DEPARTMENTS if one in known]
    organizations += [iri for iri in known.values() if iri not in organizations]
    organizations = organizations[: len(DEPARTMENTS)]
    for one in organizations:
        FourEyes(atlas.journal).demand(one, True)
    workers: list[Worker] = []
    stamp = f"{time.time_ns():x}"[-8:]
    for number in range(people):
        organization = organizations[number // 2 % len(organizations)]
        account = atlas.accounts.people.create(f"bench-{stamp}-{number}", f"P{number}")
        roles = (Role.STEWARD, Role.REVIEWER) if number % 2 else (Role.STEWARD,)
        for role in roles:
            atlas.accounts.grants.grant(account.id, role, organization, by="bench", reason="bench")
        session = atlas.accounts.sessions.start(
            account.id, method="password", network="127.0.0.1", user_agent="bench"
        )
        shared = workers[-1].shared if number % 2 else begun(atlas, organization).id
        workers.append(
            Worker(f"p{number}", session.secret, organization, shared, number % 2 == 1, number)
        )
    return workers


def begun(atlas: Atlas, organization: str) -> Draft:
    """Return the draft that two share."""
    preset = read_entries(dict.fromkeys(FIELDS, "起点"))
    return service.begin(atlas, OPERATOR, organization, preset)


def crowd(base: str, workers: Sequence[Worker], seconds: float, pause: float) -> list[Worked]:
    """Let people work side by side; return what came of each."""
    return side_by_side(partial(Person, base, pause), workers, seconds)


def lost(atlas: Atlas, noted: Sequence[Worked]) -> list[str]:
    """Return the edits of shared and own drafts that were lost, each with why."""
    by_draft: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in noted:
        for saving in one.saved:
            by_draft[saving["draft"]].append(saving)
    found: list[str] = []
    for name, savings in by_draft.items():
        draft = service.read(atlas, OPERATOR, name)
        versions = texts(atlas, draft)
        whole = len(versions) == draft.version
        for one in savings:
            since = [
                number
                for number in sorted(versions)
                if one["text"] in versions[number].get(one["field"], "")
            ]
            if not since:
                if whole or (draft.state == "released" and last(savings, one)):
                    found.append(f"{name}: {one['field']} {one['text']} is in no version")
                continue
            before = versions.get(since[0] - 1, {}).get(one["field"])
            base = versions.get(one["version"], {}).get(one["field"])
            if None not in (before, base) and before != base and not one["chosen"]:
                found.append(f"{name}: {one['field']} {before} was overwritten unseen")
    return found


def last(savings: Sequence[dict[str, Any]], one: dict[str, Any]) -> bool:
    """Tell whether a saving is the last of its field: what was released must have it."""
    return [x for x in savings if x["field"] == one["field"]][-1] is one


def texts(atlas: Atlas, draft: Draft) -> dict[int, dict[str, str]]:
    """Return what the fields said in each version of a draft that is kept."""
    found: dict[int, dict[str, str]] = {}
    views = form_views(atlas, "zh", complete=True)
    with atlas.journal.reading_tables() as connection:
        store = StoredDrafts(connection, atlas.settings.base_iri)
        for number in range(1, draft.version + 1):
            record = store.version(draft, number)
            if record is not None:
                form = sent(views.groups(record))
                found[number] = {name: form.get(name, "") for name in FIELDS}
    return found


def run(home: Path, people: int, minutes: float, pause: float) -> dict[str, Any]:
    """Measure once; return what is printed."""
    filled(home, DATA)
    with Atlas(Settings(home=home)) as atlas:
        workers = staff(atlas, people + 2)
    with serving(home, web=2) as (base, _):
        # What is loaded with the first questions is nobody's time.
        crowd(base, workers[people + 1 :], WARMING, 0.1)
        alone = crowd(base, workers[people : people + 1], max(15.0, 6 * minutes), pause / 4)
        noted = crowd(base, workers[:people], 60 * minutes, pause)
    with Atlas(Settings(home=home)) as atlas:
        gone = lost(atlas, noted)
    read = [took for one in noted for label, took, _ in one.took if label.startswith("GET")]
    first = [took for one in alone for label, took, _ in one.took if label.startswith("GET")]
    return {
        "people": people,
        "minutes": minutes,
        "pause": pause,
        "answers": sum(len(one.took) for one in noted),
        "statuses": dict(Counter(str(s) for one in noted for _, _, s in one.took)),
        "pages": {"p50": percentile(read, 0.5), "p95": percentile(read, 0.95)},
        "one person": {"p50": percentile(first, 0.5), "p95": percentile(first, 0.95)},
        "routes": times(noted),
        "savings": sum(len(one.saved) for one in noted),
        "merged": sum(one.merged for one in noted),
        "told of the same": sum(one.told for one in noted),
        "released": sum(one.released for one in noted),
        "lost": gone[:20],
        "wrong": [text for one in noted for text in one.wrong][:20],
        "holds": percentile(read, 0.95) <= 1000 * BAR
        and not gone
        and not any(one.wrong for one in noted),
    }


def main() -> int:
    """Run it as the module says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--pause", type=float, default=3)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    if not DATA.exists():
        sys.exit(f"{DATA} is not on this machine")
    with tempfile.TemporaryDirectory(prefix="atlas-crowd-") as folder:
        found = run(given.home or Path(folder), given.people, given.minutes, given.pause)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0 if found["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
