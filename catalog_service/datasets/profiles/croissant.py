"""Croissant 1.0: data sets for machine learning, where the fields (数据项) are known.

Files are named with address and media type; what they hold is described field by field where there
is a file with columns, else only which variables are measured: a field needs a source. Checksums,
which the format wants of each file, are known of no record.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from catalog_service.datasets import schema_org
from catalog_service.datasets.description_model import Access, DataItem, Description, file_addresses
from catalog_service.datasets.profiles.model import Document, Source
from catalog_service.site.display_values import followable
from ontology.dates import day_of, shown_date
from ontology.formats import IANA
from ontology.languages import pick
from ontology.vocabulary import Vocabulary

IRI: Final = "http://mlcommons.org/croissant/1.0"

_CONTEXT: Final[Mapping[str, object]] = {
    "@language": "zh",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "equivalentProperty": "cr:equivalentProperty",
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES: Final[Mapping[str, str]] = {
    "integer": "sc:Integer",
    "decimal": "sc:Float",
    "number": "sc:Float",
    "double": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "dateTime": "sc:DateTime",
}
_TABLES: Final = ("csv", "tsv", "xls", "xlsx", "excel")
"""Formats of files that have columns."""
_WRITTEN_HERE: Final = ("@type", "variableMeasured", "publisher")


def document(source: Source) -> Document | None:
    """Return a version in Croissant; None where it says nothing of its fields."""
    description = source.description
    if not description.data_items:
        return None
    picked = partial(pick, wanted=source.lang)
    said = schema_org.dataset(picked, source.base, description, source.page)
    files = list(_files(source))
    table = next((name for name, access in files if _is_table(access)), None)
    found: Document = {
        "@context": {**_CONTEXT, "@language": source.lang},
        **{key: value for key, value in said.items() if key not in _WRITTEN_HERE},
        "@type": "sc:Dataset",
        "conformsTo": IRI,
        "citeAs": _citation(picked(description.title), source.page, description),
        "distribution": [_file(source, name, access, picked) for name, access in files],
    }
    # Who reads it knows organisations, but not their kinds.
    found["publisher"] = [
        {
            "@type": "sc:Organization",
            "name": picked(one.label),
            **({"@id": one.iri} if one.iri else {}),
        }
        for one in description.publishers
    ]
    if table is None:
        found["variableMeasured"] = said["variableMeasured"]
    else:
        fields = [
            _field(item, number, table, picked)
            for number, item in enumerate(description.data_items, 1)
        ]
        found["recordSet"] = [
            {"@type": "cr:RecordSet", "@id": "records", "name": "records", "field": fields}
        ]
    day = day_of(description.modified)
    if day is not None:
        # A version has three numbers (semantic versioning).
        found["version"] = f"{day.year}.{day.month}.{day.day}"
    return found


def _files(source: Source) -> list[tuple[str, Access]]:
    """Return the files whose address is known, with the names that fields call them by."""
    description = source.description
    reachable = [a for a in description.distributions if _address(description, a) is not None]
    return [(f"file-{number}", access) for number, access in enumerate(reachable, 1)]


def _address(description: Description, access: Access) -> str | None:
    return next(filter(None, map(followable, file_addresses(description, access))), None)


def _is_table(access: Access) -> bool:
    return access.format is not None and access.format.notation in _TABLES


def _file(source: Source, name: str, access: Access, picked: schema_org.Pick) -> Document:
    said: Document = {
        "@type": "cr:FileObject",
        "@id": name,
        "name": picked(access.title) or name,
        "contentUrl": _address(source.description, access),
        "encodingFormat": _media_type(source.vocabulary, access),
    }
    if access.byte_size is not None:
        said["contentSize"] = f"{access.byte_size} B"
    return {key: value for key, value in said.items() if value is not None}


def _media_type(vocabulary: Vocabulary, access: Access) -> str | None:
    iri = access.format.iri if access.format is not None else None
    if iri is not None and not iri.startswith(IANA):
        iri = vocabulary.media_type(iri)
    return None if iri is None else iri.removeprefix(IANA)


def _field(item: DataItem, number: int, table: str, picked: schema_org.Pick) -> Document:
    name = picked(item.title)
    said: Document = {
        "@type": "cr:Field",
        "@id": f"records/{number}",
        "name": name,
        "dataType": _TYPES.get(item.datatype or "", "sc:Text"),
        "source": {"fileObject": {"@id": table}, "extract": {"column": name}},
    }
    if item.description:
        said["description"] = picked(item.description)
    return said


def _citation(title: str, page: str, description: Description) -> str:
    day = shown_date(description.modified) if description.modified else ""
    return " · ".join(filter(None, (title, day, page)))
