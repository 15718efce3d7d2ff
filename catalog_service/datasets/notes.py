"""The notes of rooms as a dataset's page, its JSON and its RDF tell them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from fastapi import Request
from pydantic import BaseModel

from catalog_service.context import Service
from catalog_service.dataset_notes import DatasetNote, NotesOf, notes_of
from catalog_service.datasets.visibility import Version
from ontology.ntriples import iri, literal, triple
from ontology.terms import SKOS


class NoteAnswer(BaseModel):
    """Something to know of a dataset, or to do about it."""

    kind: str
    """What it is, with the part of the catalogue that says so before a dot."""
    day: date | None
    """The day in Shanghai that it is about."""
    text: Mapping[str, str]
    """By language; empty where the note only leads to a page."""
    link: Mapping[str, str]
    url: str
    """The page on which there is more of it."""


def notes_shown(
    request: Request, atlas: Service, version: Version, *, now: bool
) -> list[DatasetNote]:
    """Return the notes of a version; none of what is not public, or is shown as it was before."""
    if not now or not version.public:
        return []
    found_by: list[NotesOf] = request.app.state.dataset_notes
    return notes_of(found_by, atlas, version.iri)


def note_answers(base: str, notes: Iterable[DatasetNote]) -> list[NoteAnswer]:
    """Return notes as JSON has them, with whole addresses."""
    return [
        NoteAnswer(kind=one.kind, day=one.day, text=one.text, link=one.link, url=base + one.path)
        for one in notes
    ]


def note_lines(focus: str, notes: Iterable[DatasetNote]) -> str:
    """Return what the dataset's document says of its notes: each sentence a ``skos:changeNote``.

    DCAT has no word for what is announced; SKOS has one for documented changes of anything
    (https://www.w3.org/TR/skos-reference/#notes). The day has no property of its own: it stands in
    the sentence, and in JSON.
    """
    subject = iri(focus)
    return "".join(
        triple(subject, f"<{SKOS.changeNote}>", literal(text, lang=language)) + "\n"
        for one in notes
        for language, text in sorted(one.text.items())
    )
