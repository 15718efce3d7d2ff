"""The record of a released sample, and how dataset and sample name each other.

The sample's record says ``dct:source`` of its dataset. What is said of the dataset
(``adms:sample``) stands in the dataset's own document and in a graph of its own (`graphs.py`): no
record may say anything of another's subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from typing import Final
from urllib.parse import unquote

import pyoxigraph as ox

from catalog_service.samples.model import Column, ColumnKind, Sample
from ontology.record import PATH as DATASETS
from ontology.record import Record, mint_iri
from ontology.terms import ADMS, CSVW, DCAT, DCT, RDF, SHD, VOCAB, XSD

PREFIX: Final = "samples-"
"""How the identifiers of the sources of samples begin."""
PATH: Final = "/samples"
_LONGEST: Final = 63
"""Characters of a source's identifier."""

_KEPT: Final = (
    DCT.publisher,
    DCAT.theme,
    DCAT.keyword,
    DCT.spatial,
    DCT.temporal,
    DCAT.landingPage,
)
"""What a sample has of its dataset."""
_TYPES: Final[Mapping[ColumnKind, str]] = {"number": "decimal", "date": "date"}


def source_of(source: str) -> str:
    """Return the identifier of the source of a source's samples."""
    name = f"{PREFIX}{source}"
    if len(name) <= _LONGEST:
        return name
    digest = sha256(source.encode()).hexdigest()[:8]
    return f"{name[: _LONGEST - 9]}-{digest}"


def sample_iri(base: str, sample: Sample) -> str:
    """Return the IRI of a sample's record."""
    return sample_record(base, sample.source, sample.number)


def sample_record(base: str, source: str, number: int) -> str:
    """Return the same by the source of its dataset, and its number."""
    return mint_iri(base, source_of(source), str(number))


def dataset_of(base: str, iri: str) -> tuple[str, str]:
    """Return source and remote id of a record's IRI."""
    source, _, remote_id = iri.removeprefix(f"{base}{DATASETS}").partition("/")
    return source, unquote(remote_id)


def file_path(number: int) -> str:
    """Return the path of a sample's file."""
    return f"{PATH}/{number}/file.csv"


def record_of(base: str, site: str, sample: Sample, dataset: Record, day: date) -> Record:
    """Return the record of a sample; ``base`` begins IRIs, ``site`` is the server's address."""
    source = source_of(sample.source)
    iri = sample_iri(base, sample)
    triples = [
        *_own(iri, site, sample, dataset, day),
        *_inherited(iri, dataset),
        *_items(iri, sample, dataset),
    ]
    return Record.from_lines(
        [f"{triple} ." for triple in triples], iri=iri, source=source, remote_id=str(sample.number)
    )


def sample_lines(base: str, site: str, focus: str, samples: list[Sample]) -> str:
    """Return what a dataset's document says of its samples, as lines of N-Triples."""
    lines: set[str] = set()
    for one in samples:
        file = f"{sample_iri(base, one)}#file"
        said = [_link(focus, ADMS.sample, file), *_file(file, site, one)]
        lines |= {f"{triple} .\n" for triple in said}
    return "".join(sorted(lines))


def description(sample: Sample) -> dict[str, str]:
    """Return how a sample was drawn, by language; nothing of rows that were left out."""
    plan, report = sample.plan, sample.report
    zh = f"从全部 {report.whole_rows:,} 行中随机抽取的 {report.rows:,} 行"
    en = f"{report.rows:,} rows drawn at random from {report.whole_rows:,}"
    if plan.strata:
        names = "、".join(plan.strata)
        zh += f"，按「{names}」分层，各层按其行数分配，行数少的层可能没有行"
        en += f", stratified by {names} in proportion to rows: rare values may have none"
    if plan.applied is not None:
        names = "、".join(plan.grouped)
        zh += f"；按「{names}」分组，少于 {plan.applied} 行的组未纳入"
        en += f"; groups by {names} of fewer than {plan.applied} rows are left out"
    zh += "；个人信息已去除。各列与全量的差异见数据集页面。"
    en += "; personal data was taken out. How each column stands to the whole: see the page."
    return {"zh": zh, "en": en}


def _own(iri: str, site: str, sample: Sample, dataset: Record, day: date) -> Iterator[ox.Triple]:
    yield _link(iri, RDF.type, DCAT.Dataset)
    yield _text(iri, DCT.title, f"{sample.title}（样本数据集）", "zh")
    yield _text(iri, DCT.title, f"{sample.title} (sample set)", "en")
    for language, text in description(sample).items():
        yield _text(iri, DCT.description, text, language)
    yield _said(iri, DCT.identifier, ox.Literal(str(sample.number)))
    yield _link(iri, DCT.source, dataset.focus)
    yield _link(iri, DCT.accessRights, f"{VOCAB}open-type/unconditional")
    for path in (DCT.issued, DCT.modified):
        yield _said(iri, path, ox.Literal(day.isoformat(), datatype=ox.NamedNode(XSD.date)))
    file = f"{iri}#file"
    yield _link(iri, DCAT.distribution, file)
    yield from _file(file, site, sample)


def _file(file: str, site: str, sample: Sample) -> Iterator[ox.Triple]:
    yield _link(file, RDF.type, DCAT.Distribution)
    yield _link(file, RDF.type, SHD.SampleSet)
    for language, text in description(sample).items():
        yield _text(file, DCT.description, text, language)
    false = ox.Literal("false", datatype=ox.NamedNode(XSD.boolean))
    yield _said(file, SHD.requiresApplication, false)
    yield _link(file, DCT.format, f"{VOCAB}format/csv")
    yield _link(file, SHD.deliveryMode, f"{VOCAB}delivery-mode/file")
    yield _link(file, DCAT.downloadURL, f"{site}{file_path(sample.number)}")
    size = ox.Literal(str(sample.size), datatype=ox.NamedNode(XSD.nonNegativeInteger))
    yield _said(file, DCAT.byteSize, size)


def _inherited(iri: str, dataset: Record) -> Iterator[ox.Triple]:
    about: dict[str, list[ox.Triple]] = {}
    for triple in dataset.triples():
        if isinstance(triple.subject, ox.NamedNode):
            about.setdefault(triple.subject.value, []).append(triple)
    for triple in about.get(dataset.focus, []):
        if triple.predicate.value in _KEPT:
            yield from _copied(iri, iri, triple, dataset, about, 0)


def _copied(
    iri: str,
    subject: str,
    triple: ox.Triple,
    dataset: Record,
    about: dict[str, list[ox.Triple]],
    depth: int,
) -> Iterator[ox.Triple]:
    value = triple.object
    if isinstance(value, ox.NamedNode):
        own = f"{dataset.iri}#"
        target = value.value
        named = f"{iri}#{target.removeprefix(own)}" if target.startswith(own) else target
        yield _link(subject, triple.predicate.value, named)
        if target != dataset.focus and depth < 2:
            for one in about.get(target, []):
                yield from _copied(iri, named, one, dataset, about, depth + 1)
    elif isinstance(value, ox.Literal):
        yield _said(subject, triple.predicate.value, value)


def _items(iri: str, sample: Sample, dataset: Record) -> Iterator[ox.Triple]:
    """Yield the data items: as the dataset describes them, else as the file shows them."""
    described = _described(dataset)
    for number, column in enumerate(sample.report.columns, start=1):
        node = f"{iri}#field-{number:03}"
        yield _link(iri, SHD.dataItem, node)
        yield _link(node, RDF.type, CSVW.Column)
        yield _text(node, CSVW.term("title"), column.name, "zh")
        known = described.get(column.name, [])
        yield from (_said(node, one.predicate.value, one.object) for one in known)
        if not any(one.predicate.value == CSVW.datatype for one in known):
            yield _said(node, CSVW.datatype, ox.Literal(_datatype(column)))


def _described(dataset: Record) -> dict[str, list[ox.Triple]]:
    found: dict[str, list[ox.Triple]] = {}
    titles: dict[str, str] = {}
    for triple in dataset.triples():
        node = str(getattr(triple.subject, "value", ""))
        path, value = triple.predicate.value, triple.object
        if not isinstance(value, ox.Literal):
            continue
        if path == CSVW.term("title"):
            titles.setdefault(node, value.value)
        elif path in (CSVW.datatype, DCT.description):
            found.setdefault(node, []).append(triple)
    return {titles[node]: said for node, said in found.items() if node in titles}


def _datatype(column: Column) -> str:
    return _TYPES.get(column.kind, "string")


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return _said(subject, predicate, ox.NamedNode(target))


def _text(subject: str, predicate: str, text: str, language: str) -> ox.Triple:
    return _said(subject, predicate, ox.Literal(text, language=language))


def _said(subject: str, predicate: str, value: object) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)  # type: ignore[arg-type]
