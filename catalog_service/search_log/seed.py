"""Clicks as the seed of judgements: files in the form of `benchmarks/judged`, still unjudged.

The column of grades is empty, and `search.evaluation.judgements` refuses it so: a click shows that
somebody hoped, not that the dataset serves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from catalog_service.context import Service
from catalog_service.judged_tables import remote_id_of, write_table
from catalog_service.search_log.model import Click, Reformulation

QUERIES = "queries.tsv"
QRELS = "qrels.tsv"
REFORMULATIONS = "reformulations.tsv"


def qid_of(query: str) -> str:
    """Return an id that is the same for the same text: L and 8 digits of its SHA-256."""
    return f"L{sha256(query.encode()).hexdigest()[:8]}"


def write_seed(
    atlas: Service, folder: Path, clicks: Iterable[Click], next_ones: Iterable[Reformulation]
) -> dict[str, int]:
    """Write the three files into a folder; returns how many rows each has. Raises `OSError`.

    ``networks`` is the sum over days of the numbers that are kept, and ``bands`` where the dataset
    stood when it was opened.
    """
    networks: defaultdict[tuple[str, str], int] = defaultdict(int)
    bands: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for click in clicks:
        networks[click.query, click.dataset] += click.networks
        bands[click.query, click.dataset].add(click.band)
    following: defaultdict[tuple[str, str], int] = defaultdict(int)
    for one in next_ones:
        following[one.query, one.next] += one.networks
    texts = sorted({query for query, _ in networks} | {q for pair in following for q in pair})
    base = atlas.settings.base_iri
    queries = [(qid_of(text), text, "log", "", "") for text in texts]
    qrels = [
        (
            qid_of(query),
            remote_id_of(base, iri),
            "",
            count,
            ",".join(sorted(bands[query, iri])),
            iri,
        )
        for (query, iri), count in sorted(networks.items(), key=lambda e: (e[0][0], -e[1], e[0][1]))
    ]
    chains = [
        (query, after, count)
        for (query, after), count in sorted(following.items(), key=lambda e: (-e[1], e[0]))
    ]
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder / QUERIES, ("qid", "query", "kind", "user", "need"), queries)
    write_table(folder / QRELS, ("qid", "doc", "grade", "networks", "bands", "iri"), qrels)
    write_table(folder / REFORMULATIONS, ("query", "next", "networks"), chains)
    return {QUERIES: len(queries), QRELS: len(qrels), REFORMULATIONS: len(chains)}
