"""Followers of 10,000 changes: seconds to gather and to tell, memory, and that each is told once.

``python -m benchmarks.following [--changes 10000] [--followers 1000]``: a thousand people follow
organizations, a topic, searches and datasets among records of one harvest that all change at once.
The baseline reads the same changes from the journal and parses them, in the same run.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from catalog_service.atlas import Atlas
from catalog_service.following.gathering import gather
from catalog_service.following.service import follow
from catalog_service.following.tables import follow_news
from catalog_service.following.telling import tell
from catalog_service.following.upkeep import follow_up
from catalog_service.journal.model import version_of
from catalog_service.notices.tables import notices, outbox
from ontology.ntriples import triples_of
from tests.fixtures.people import ORGANIZATION, acting, person
from tests.fixtures.web import House, portal

TOPIC = "https://w3id.org/shdata/vocab/domain/4"
SEARCHES = ("q=公交", "q=站点&open_type=unconditional", "theme=4&format=csv")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--changes", type=int, default=10_000)
    parser.add_argument("--followers", type=int, default=1_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        with house.atlas as atlas:
            measure(house, atlas, given.changes, given.followers)


def measure(house: House, atlas: Atlas, changes: int, followers: int) -> None:
    half = changes // 2
    old = [portal(f"N{n}", f"公交站点{n}", fields=["站名", "线路"]) for n in range(half)]
    house.submit("city", old)
    house.project()
    for n in range(followers):
        account = person(atlas, f"p{n:05}", email=f"p{n}@data.example")
        who, how = acting(atlas, account), ("each", "daily", "weekly")[n % 3]
        follow(atlas, who, "organization", ORGANIZATION + "transport", how)
        follow(atlas, who, "topic", TOPIC, how)
        follow(atlas, who, "search", SEARCHES[n % 3], how)
        follow(atlas, who, "dataset", f"city/N{n % half}", how)
    follow_up(atlas)
    before = atlas.journal.head()
    run = atlas.journal.start_run("city")
    changed = [
        portal(f"N{n}", f"公交站点{n}", fields=["站名", "线路", "时间"]) for n in range(half)
    ]
    new = [portal(f"M{n}", f"公交站点新{n}") for n in range(half)]
    house.submit("city", [*changed, *new], run=run.id)
    atlas.journal.finish_run(run.id, {})
    house.project()

    began = time.perf_counter()
    cursor = before
    while found := atlas.journal.changes_after(cursor, 500):
        for one in found:
            version = version_of(one)
            assert version is None or sum(1 for _ in triples_of(version.nquads))
        cursor = found[-1].seq
    baseline = time.perf_counter() - began

    began, longest = time.perf_counter(), 0.0
    while True:
        step = time.perf_counter()
        if gather(atlas) is None:
            break
        longest = max(longest, time.perf_counter() - step)
    gathered = time.perf_counter() - began
    began = time.perf_counter()
    told = tell(atlas)
    seconds = time.perf_counter() - began
    assert tell(atlas) == 0, "nothing is told twice"
    with atlas.journal.reading_tables() as connection:
        counts = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (follow_news, notices, outbox)
        ]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{atlas.journal.head() - before:,} changes, {followers:,} followers of 4 things each")
    print(f"read and parsed alone {baseline:.1f} s")
    print(f"gathered {gathered:.1f} s ({gathered / baseline:.1f} ×), longest step {longest:.2f} s")
    print(f"told {told:,} notices in {seconds:.1f} s ({seconds / told * 1000:.1f} ms each)")
    print(f"rows: news {counts[0]:,}, notices {counts[1]:,}, messages {counts[2]:,}")
    print(f"memory at most {memory:.0f} MB")


if __name__ == "__main__":
    main()
