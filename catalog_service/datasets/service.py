"""What is told of one dataset: its description, what the rules find in it, its changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final
from urllib.parse import unquote

from catalog_service.accounts.service import Principal, may_read
from catalog_service.answers import Shown
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.datasets.citation import citation
from catalog_service.datasets.description import describe
from catalog_service.datasets.description_model import Description
from catalog_service.datasets.errors import DATASET_NOT_FOUND
from catalog_service.datasets.record_statements import Statements
from catalog_service.datasets.undescribed import those_described
from catalog_service.datasets.visibility import GoneError, Version, find, history
from catalog_service.duplicates.model import JudgedPair
from catalog_service.duplicates.service import RULE as REPEATS_RULE
from catalog_service.duplicates.service import repeat_finding, repeats_of_city
from catalog_service.journal.journal import Journal
from catalog_service.journal.model import Change, RecordState, StoredRecord
from catalog_service.links import PAGE, split_ending
from catalog_service.quality.service import Quality, quality
from catalog_service.rule_work.service import with_exceptions
from catalog_service.rules.model import RuleFindings
from catalog_service.rules.service import by_rule
from ontology.errors import AtlasError
from ontology.freshness import Freshness, judge
from ontology.languages import Texts
from ontology.record import PATH, Record
from ontology.terms import DCT
from ontology.truncation import clip
from translations import Lang

_BATCH = 1_000
_TITLE: Final = DCT.term("title")


class ChangeAnswer(Shown):
    """One change; who, in which run and why is told to stewards only."""

    seq: int
    time: datetime
    kind: str
    hash: str | None
    public: bool
    added: int
    removed: int
    actor: str | None = None
    run: str | None = None
    reason: str | None = None


def list_public(
    journal: Journal, source: str | None, after: tuple[str, str] | None
) -> Iterator[RecordState]:
    """Yield all public records behind ``after``, by source and identifier."""
    while True:
        batch = journal.list_records(source=source, state="active", after=after, limit=_BATCH)
        for state in batch:
            after = (state.source, state.remote_id)
            if state.public and state.hash is not None:
                yield state
        if len(batch) < _BATCH:
            return


def find_public(atlas: Service, name: str) -> Version:
    """Return the public version of a dataset by its IRI, its page or ``source/remote id``.

    Raises ``dataset-not-found`` or `GoneError`, as for a reader without a token.
    """
    name = name.strip()
    source, slash, remote_id = name.partition("/")
    page = f"{atlas.settings.public_url}/dataset/"
    for start in (f"{atlas.settings.base_iri}{PATH}", page):
        if name.startswith(start):
            source, slash, quoted = name.removeprefix(start).partition("/")
            stem, ending = split_ending(quoted) if start == page else (quoted, "")
            remote_id = unquote(stem if ending == PAGE else quoted)
    if not slash or not remote_id or ":" in source:
        raise AtlasError(DATASET_NOT_FOUND, name=clip(name))
    return find(atlas, source, remote_id, None)


def description_of(atlas: Service, version: Version) -> Description:
    """Return what a version says."""
    return describe(
        version.nquads,
        iri=version.iri,
        focus=version.focus,
        source=version.source,
        remote_id=version.remote_id,
        concepts=atlas.vocabulary,
    )


def title_in(atlas: Service, change: Change) -> Texts:
    """Return what a change calls its dataset, by language: its id where it has no title."""
    return describe(
        change.nquads or "",
        iri=change.iri,
        focus=change.focus,
        source=change.source,
        remote_id=change.remote_id,
        concepts=atlas.vocabulary,
    ).title


def public_descriptions(atlas: Service, iris: Sequence[str]) -> Iterator[Description]:
    """Yield what the records say that are public now, in the order of ``iris``; no others.

    One that cannot be described is left out, and logged.
    """
    stored = atlas.journal.get_many(iris)
    found = (record for iri in iris if (record := stored.get(iri)) and is_public(record))

    def said(record: StoredRecord) -> Description:
        return describe(
            record.nquads or "",
            iri=record.iri,
            focus=record.focus,
            source=record.source,
            remote_id=record.remote_id,
            concepts=atlas.vocabulary,
        )

    yield from those_described(found, said, lambda record: record.iri)


def described(atlas: Service, nquads: str, iri: str, focus: str) -> Description:
    """Return what a version says of a record that has one of this catalogue's IRIs."""
    source, _, quoted = iri.removeprefix(f"{atlas.settings.base_iri}{PATH}").partition("/")
    return describe(
        nquads,
        iri=iri,
        focus=focus,
        source=source,
        remote_id=unquote(quoted),
        concepts=atlas.vocabulary,
    )


def is_public(record: StoredRecord) -> bool:
    """Tell whether readers are given a record as it stands."""
    return record.public and record.state == "active" and record.nquads is not None


def shown_titles(
    atlas: Service, names: Iterable[tuple[str, str]], principal: Principal | None
) -> dict[tuple[str, str], Texts]:
    """Return the titles by language of those records that whoever asks may know of.

    ``names`` are pairs of source and identifier. Records that were public and are gone are among
    them; one without a title has an empty one.
    """
    found: dict[tuple[str, str], Texts] = {}
    for source, remote_id in dict.fromkeys(names):
        try:
            version = find(atlas, source, remote_id, principal)
        except GoneError as gone:
            version = gone.version
        except AtlasError as error:
            if error.kind is not DATASET_NOT_FOUND:
                raise
            continue
        # Of its many statements the titles alone are parsed.
        start = f"<{version.focus}> <{_TITLE}> "
        lines = [line for line in version.nquads.split("\n") if line.startswith(start)]
        statements = Statements.read("".join(f"{line}\n" for line in lines), atlas.vocabulary)
        found[source, remote_id] = statements.texts(version.focus, _TITLE)
    return found


def freshness(description: Description, today: date) -> Freshness:
    """Return how fresh a dataset is on a day."""
    return judge(
        description.modified or description.issued,
        description.frequency.notation if description.frequency else None,
        today,
        interval=description.update_interval,
    )


def findings_of(atlas: Service, version: Version) -> list[RuleFindings]:
    """Return the findings of the version shown.

    The journal keeps those of the latest version. Where another one waits, the public version is
    held against the rules anew: the findings of a held version are not public. Whether the public
    version repeats the city's (R07) is told by the other records of today.
    """
    state = atlas.journal.states(version.source, [version.remote_id]).get(version.remote_id)
    if state is not None and state.latest == version.hash:
        report = atlas.journal.findings(version.iri)
    else:
        record = Record(
            version.iri, version.source, version.remote_id, version.focus, version.nquads
        )
        report = atlas.engine_named("shacl").validate(record)
    findings = report.findings if report else ()
    if state is not None and state.public and state.hash == version.hash:
        repeats = repeats_of(atlas, version)
        findings = (
            *(found for found in findings if found.rule_id != REPEATS_RULE),
            *(repeat_finding(pair) for pair in repeats),
        )
    told = by_rule(findings, atlas.rules)
    return with_exceptions(atlas, version.source, version.remote_id, told)


def quality_of(atlas: Service, findings: Sequence[RuleFindings]) -> Quality:
    """Return how many of the rules that are checked automatically a description passes."""
    return quality(findings, atlas.rules)


def cite(atlas: Service, description: Description, lang: Lang) -> str:
    """Return a reference to a dataset as it is today (`datasets.citation`)."""
    return citation(description, atlas.clock.now().astimezone(SHANGHAI).date(), lang)


def repeats_of(atlas: Service, version: Version) -> tuple[JudgedPair, ...]:
    """Return what a public record repeats of what the city publishes.

    Nothing while the index is away, or the catalogue's records are still being compared.
    """
    try:
        found = repeats_of_city(atlas, [version.iri])
    except AtlasError:
        return ()
    return found.get(version.iri, ()) if found else ()


def visible_changes(
    atlas: Service, source: str, remote_id: str, principal: Principal | None
) -> list[ChangeAnswer]:
    """Return the changes this reader may see, each compared with the visible one before."""
    steward = may_read(principal, source)
    return [
        ChangeAnswer(
            seq=change.seq,
            time=change.time,
            kind=change.kind,
            hash=change.hash,
            public=change.public,
            added=added,
            removed=removed,
            actor=change.actor if steward else None,
            run=change.run if steward else None,
            reason=change.reason if steward else None,
        )
        for change, added, removed in counted(history(atlas, source, remote_id, principal))
    ]


def counted(changes: Iterable[Change]) -> Iterator[tuple[Change, int, int]]:
    """Yield each change with the numbers of triples that it added and removed.

    What is held changes nothing yet: the next change is counted against the version before it.
    """
    before: set[str] = set()
    for change in changes:
        lines = set(change.nquads.split("\n")) if change.nquads is not None else before
        yield change, len(lines - before), len(before - lines)
        if change.nquads is not None and change.kind != "held":
            before = lines
