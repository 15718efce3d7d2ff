"""Judgements of stewards, and the results of measuring that are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256

from catalog_service.accounts.service import Action, Principal, require_over
from catalog_service.context import Service
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.evaluation.judgement_store import Judgements
from catalog_service.evaluation.model import MAX_QUERY, Grade, Judgement, KeptRun
from catalog_service.evaluation.run_store import KeptRuns
from catalog_service.stored_records import known_record
from ontology.errors import AtlasError, Phrase
from search.analysis.normalization import normal
from search.evaluation.judgements import Judged

KIND = "steward"
"""The kind of searches that stewards judged, where others are synonyms, places …"""


def judgements_of(atlas: Service) -> Judgements:
    """Return what stewards say should be found."""
    return Judgements(atlas.journal, atlas.clock)


def kept_runs_of(atlas: Service) -> KeptRuns:
    """Return the results that are kept."""
    return KeptRuns(atlas.journal, atlas.clock)


def judge(
    atlas: Service,
    principal: Principal | None,
    query: str,
    dataset: str,
    grade: Grade | None,
    reason: str,
) -> Judgement:
    """Record what a steward of the dataset's source says of it as the answer to a search.

    ``dataset`` is an IRI, or ``source/remote id``. Said again word by word, nothing is written: a
    page loaded anew sends its form again. Raises ``record-not-found``, ``not-authenticated``,
    ``not-allowed``, ``parameter-invalid``.
    """
    record = known_record(atlas, dataset)
    actor = require_over(principal, Action.SEARCH_JUDGE, record.source).actor
    text = judged_text(query)
    store = judgements_of(atlas)
    there = next((one for one in store.of(text) if one.dataset == record.iri), None)
    if there is not None and (there.grade, there.reason, there.actor) == (grade, reason, actor):
        return there
    return store.add(text, record.iri, grade, reason=reason, actor=actor, source=record.source)


def judged_text(query: str) -> str:
    """Return a search as it is judged; raises ``parameter-invalid``."""
    text = " ".join(query.split())
    if not text or len(text) > MAX_QUERY or not text.isprintable():
        expected = Phrase("1–{most} characters", {"most": MAX_QUERY})
        raise AtlasError(PARAMETER_INVALID, name="query", value=query[:80], expected=expected)
    return text


def qid_of(query: str) -> str:
    """Return an id that is the same for the same search: K and 8 digits of its SHA-256."""
    return f"K{sha256(normal(query).encode()).hexdigest()[:8]}"


def judged_searches(judgements: Sequence[Judgement]) -> list[Judged]:
    """Return the searches of judgements that stand, with the grades by IRI of dataset."""
    grades: defaultdict[str, dict[str, int]] = defaultdict(dict)
    texts: dict[str, str] = {}
    for one in judgements:
        qid = qid_of(one.query)
        texts[qid] = one.query
        grades[qid][one.dataset] = one.grade or 0
    return [Judged(qid, texts[qid], KIND, grades[qid]) for qid in sorted(texts)]


def newest_runs(atlas: Service) -> list[list[KeptRun]]:
    """Return the kept results by collection, the newest of each first."""
    found: dict[str, list[KeptRun]] = {}
    for run in kept_runs_of(atlas).all():
        found.setdefault(run.collection, []).append(run)
    return list(found.values())
