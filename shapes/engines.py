"""The two SHACL engines: the compiled one for the gate, and pySHACL to compare it with."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, Final, Literal

import pyoxigraph as ox
import shacl

from ontology.errors import AtlasError, Phrase
from ontology.ntriples import iri, literal
from ontology.record import Record
from ontology.terms import SH
from shapes.batches import BATCH, Batch, batches
from shapes.compilation import Part, as_ntriples, parts, runnable
from shapes.errors import NO_RULES, UNCHECKABLE_RECORD
from shapes.normalization import normalized
from shapes.report import Finding, Report
from shapes.rules import Rules

EngineName = Literal["shacl", "pyshacl"]
EMPTY: Final = Report(())


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings without duplicates, in the order of reports."""
    unique = set(findings)
    if len(unique) < 2:
        return list(unique)
    return sorted(
        unique, key=lambda f: (f.rule_id, f.severity, f.focus, f.path or "", f.value or "")
    )


def _report(findings: Iterable[Finding]) -> Report:
    found = in_order(findings)
    return Report(tuple(found)) if found else EMPTY


class _Compiled:
    """The shapes in force on a day, as text for an engine, and what each of them reports."""

    def __init__(self, rules: Rules, day: date, *, detailed: bool) -> None:
        triples = rules.shapes_triples(day, detailed=detailed)
        if not triples:
            raise AtlasError(NO_RULES, where=Phrase("the rules in force on {day}", {"day": day}))
        self.triples = triples
        self.parts: dict[str, Part] = parts(triples)


def _compile(triples: Sequence[ox.Triple]) -> shacl.Shapes:
    shapes = shacl.Shapes.from_text(as_ntriples(triples), "nt")
    reporting = parts(triples)
    if len(shapes) < len(reporting):
        # The engine ignored some shapes and would report that all records conform.
        raise AtlasError(NO_RULES, where=Phrase("the compiled shapes"))
    return shapes


class ShaclEngine:
    """The gate's engine (Rust `shacl`), with the rules compiled in; safe to share between threads.

    Rules are compiled for ``day``; another day needs another engine. ``detailed`` reports every
    missing element of a rule that otherwise has one finding for all: for single records only.
    Raises `AtlasError` (``no-rules``, ``invalid-rule``).
    """

    name = "shacl"

    def __init__(
        self, rules: Rules, day: date, *, detailed: bool = False, threads: int | None = None
    ) -> None:
        compiled = _Compiled(rules, day, detailed=detailed)
        self.rules, self.day = rules, day
        self._parts = {f"<{iri}>": part for iri, part in compiled.parts.items()}
        self._threads = threads or min(8, os.cpu_count() or 1)
        self._shapes = _compile(runnable(compiled.triples))

    def validate(self, record: Record) -> Report:
        """Hold one record against all rules; raises `AtlasError` (``uncheckable-record``)."""
        seen = normalized(record)
        return _report(seen.with_original_values(self._findings(seen.record.nquads, record.iri)))

    def validate_many(self, records: Sequence[Record]) -> list[Report]:
        """Return the reports of many records, in order: in batches, on several threads.

        Raises `AtlasError` (``uncheckable-record``).
        """
        reports: list[Report] = [EMPTY] * len(records)
        seen = [normalized(record) for record in records]
        records = [one.record for one in seen]
        # Smaller batches for few records, so that all threads have work.
        size = max(1, min(BATCH, -(-len(records) // self._threads)))

        def run(batch: Batch) -> None:
            found = self._batch(records, batch)
            for position, report in zip(batch.positions, found, strict=True):
                reports[position] = report

        work = batches(records, size)
        if self._threads == 1 or len(records) <= size:
            for batch in work:
                run(batch)
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                for _ in pool.map(run, work):
                    pass
        return [
            _report(one.with_original_values(report.findings)) if one.given else report
            for one, report in zip(seen, reports, strict=True)
        ]

    def _batch(self, records: Sequence[Record], batch: Batch) -> list[Report]:
        own = [records[position] for position in batch.positions]
        by_record: dict[str, list[Finding]] = {record.iri: [] for record in own}
        text = "".join([record.nquads for record in own])
        for finding in self._findings(text, own[0].iri):
            # <iri> or <iri#fragment>; for a finding on a shared node all are validated alone.
            iri = own[0].iri if len(own) == 1 else finding.focus[1:-1].partition("#")[0]
            found = by_record.get(iri)
            if found is None:
                return [self.validate(record) for record in own]
            found.append(finding)
        return [_report(found) for found in by_record.values()]

    def _findings(self, nquads: str, iri: str) -> Iterable[Finding]:
        try:
            results = self._shapes.validate_text(nquads, "nt").results
        except ValueError as error:
            raise AtlasError(UNCHECKABLE_RECORD, iri=iri, reason=str(error)) from error
        known = self._parts
        for result in results:
            part = known[result.source_shape]  # type: ignore[index]  # all that report are named
            value = None if part.path is None else result.value
            yield Finding(part.rule_id, part.severity, result.focus_node, part.path, value)


_REFEREE: Final = threading.Lock()
"""Held while rdflib's module-wide setting is changed, and while shared shapes are used."""

_MAX_READ: Final = 4
"""Maximum number of cached shape graphs."""

_READ: Final[dict[tuple[str, date, bool], tuple[dict[str, Part], Any, Any]]] = {}


def _read_shapes(rules: Rules, day: date, *, detailed: bool) -> tuple[dict[str, Part], Any, Any]:
    """Return the parts and pySHACL's shapes graph; `_REFEREE` must be held."""
    # Imported here: pySHACL and rdflib take half a second, and the gate does not need them.
    from pyshacl.shapes_graph import ShapesGraph  # noqa: PLC0415

    compiled = _Compiled(rules, day, detailed=detailed)
    graph = _parse(as_ntriples(runnable(compiled.triples)))
    return compiled.parts, graph, ShapesGraph(graph)


class PyShaclEngine:
    """The reference engine (pySHACL over rdflib); one validation at a time in the process.

    rdflib's setting for literals is a module variable that all engines share. Shapes are cached by
    register and day, so that a further engine for them costs nothing.
    Raises `AtlasError` (``no-rules``, ``invalid-rule``).
    """

    name = "pyshacl"

    def __init__(self, rules: Rules, day: date, *, detailed: bool = False) -> None:
        self.rules, self.day = rules, day
        with _REFEREE:
            key = (rules.digest, day, detailed)
            read = _READ.get(key)
            if read is None:
                while len(_READ) >= _MAX_READ:
                    del _READ[next(iter(_READ))]
                read = _READ[key] = _read_shapes(rules, day, detailed=detailed)
        self._parts, self._graph, self._shapes = read

    def validate(self, record: Record) -> Report:
        """Hold one record against all rules; raises `AtlasError` (``uncheckable-record``)."""
        seen = normalized(record)
        return _report(seen.with_original_values(self._findings(seen.record)))

    def validate_many(self, records: Sequence[Record]) -> list[Report]:
        """Return the reports of many records, in order, one after the other."""
        return [self.validate(record) for record in records]

    def _findings(self, record: Record) -> Iterable[Finding]:
        import rdflib  # noqa: PLC0415
        from pyshacl.graph_abstraction import DataGraph  # noqa: PLC0415
        from pyshacl.validator import Validator  # noqa: PLC0415
        from rdflib.exceptions import ParserError  # noqa: PLC0415

        try:
            with _REFEREE:
                graph = _parse(record.nquads)
        except (ParserError, ValueError) as error:
            raise AtlasError(UNCHECKABLE_RECORD, iri=record.iri, reason=str(error)) from error
        with _REFEREE:
            validator = Validator(DataGraph.from_rdflib(graph), shacl_graph=self._graph)
            validator.shacl_graph = self._shapes  # read once, not for every record
            _, report, _ = validator.run()  # type: ignore[no-untyped-call]
        for result in report.objects(None, rdflib.URIRef(SH.result)):
            said: dict[str, Any] = {str(p): o for p, o in report.predicate_objects(result)}
            part = self._parts[str(said[SH.sourceShape])]
            value = said.get(SH.value) if part.path is not None else None
            yield Finding(
                part.rule_id,
                part.severity,
                said[SH.focusNode].n3(),
                part.path,
                None if value is None else _canonical_term(value),
            )


def _parse(nquads: str) -> Any:
    """Parse into an rdflib graph that does not normalize literals ("01" is not "1").

    `_REFEREE` must be held.
    """
    import rdflib  # noqa: PLC0415

    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        return rdflib.Graph().parse(data=nquads, format="nt")
    finally:
        rdflib.NORMALIZE_LITERALS = before


def _canonical_term(term: Any) -> str:
    """Write an rdflib term as the records are written (`ontology.ntriples`)."""
    import rdflib  # noqa: PLC0415

    if isinstance(term, rdflib.Literal):
        return literal(
            str(term),
            lang=term.language,
            datatype=None if term.datatype is None else str(term.datatype),
        )
    return iri(str(term)) if isinstance(term, rdflib.URIRef) else str(term.n3())


def make_engine(
    name: EngineName, rules: Rules, day: date, *, detailed: bool = False
) -> ShaclEngine | PyShaclEngine:
    """Return the engine of that name."""
    if name == "shacl":
        return ShaclEngine(rules, day, detailed=detailed)
    return PyShaclEngine(rules, day, detailed=detailed)
