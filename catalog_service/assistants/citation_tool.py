"""The tool ``cite_dataset``: how to cite a dataset."""

from __future__ import annotations

from typing import Final

from catalog_service.answers import Shown
from catalog_service.assistants.model import Answer, Arguments, Asker, DatasetName, Tool
from catalog_service.assistants.quoting import MAX_TEXT, Thing, quote, things
from catalog_service.datasets.service import cite, description_of, find_public
from catalog_service.links import dataset_path
from translations import N_


class CiteArguments(Arguments):
    """Which dataset."""

    dataset: DatasetName


class CitationRecord(Shown):
    """The reference, and what the record says of its use."""

    citation: str
    publishers: list[Thing]
    issued: str | None
    modified: str | None
    licenses: list[Thing]


class CiteAnswer(Answer):
    """A reference that can be followed."""

    iri: str
    page: str
    not_stated: list[str]
    record: CitationRecord


def _cite(asker: Asker, asked: CiteArguments) -> CiteAnswer:
    version = find_public(asker.atlas, asked.dataset)
    description = description_of(asker.atlas, version)
    licenses = [*description.licenses, *(x for d in description.distributions for x in d.licenses)]
    different = list({(one.iri, str(one.label)): one for one in licenses}.values())
    known = {
        "publishers": bool(description.publishers),
        "date": bool(description.modified or description.issued),
        "licenses": bool(licenses),
    }
    path = dataset_path(version.source, version.remote_id)
    return CiteAnswer(
        iri=version.iri,
        page=asker.atlas.settings.public_url + path,
        not_stated=[name for name, stated in known.items() if not stated],
        record=CitationRecord(
            citation=quote(cite(asker.atlas, description, asked.lang), MAX_TEXT),
            publishers=things(description.publishers, asked.lang),
            issued=description.issued,
            modified=description.modified,
            licenses=things(different, asked.lang),
        ),
    )


TOOL: Final = Tool(
    "cite_dataset",
    N_("Cite a dataset"),
    N_(
        "Returns a reference to a public dataset: publisher, year, title, IRI and the day on which "
        "it was looked at, with its licence where one is stated."
    ),
    CiteArguments,
    _cite,
)
