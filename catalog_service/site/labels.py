"""What values are called on pages: each group of texts stands in a context of its own name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog_service.site.measured_labels import MEASURED
from catalog_service.state_names import DRAFT, OPEN_LIST, OPEN_LIST_CHANGE
from search.facets import GROUP, REGISTERED
from shapes.report import SEVERITIES
from translations import NP_

LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    **MEASURED,
    "facet": {facet.name: facet.title for facet in REGISTERED}
    | {GROUP: NP_("facet", "Twins of one dataset")},
    "history": {
        "created": NP_("history", "First taken in"),
        "held": NP_("history", "New version waits to be mended"),
        "missing": NP_("history", "No longer listed by its source"),
        "released": NP_("history", "Released on review"),
        "revived": NP_("history", "Returned"),
        "updated": NP_("history", "Updated"),
        "withdrawn": NP_("history", "Withdrawn"),
    },
    "standing": {
        "public": NP_("standing", "public"),
        "waiting": NP_("standing", "a version waits"),
        "closed": NP_("standing", "not public"),
        "missing": NP_("standing", "no longer listed by its source"),
        "withdrawn": NP_("standing", "withdrawn"),
    },
    "rule impact": {
        "failing": NP_("rule impact", "would newly have findings"),
        "passing": NP_("rule impact", "would have none any more"),
        "otherwise": NP_("rule impact", "would have other findings"),
        "held": NP_("rule impact", "would newly violate"),
        "freed": NP_("rule impact", "would violate no more"),
    },
    "open list": OPEN_LIST,
    "open list step": {
        "draft": NP_("open list step", "begun"),
        "edit": NP_("open list step", "changed"),
        "check": NP_("open list step", "checked"),
        "review": NP_("open list step", "reviewed"),
        "file": NP_("open list step", "filed"),
        "return": NP_("open list step", "returned"),
        "accept": NP_("open list step", "accepted"),
        "publish": NP_("open list step", "published"),
        "propose": NP_("open list step", "amendment proposed"),
        "amend": NP_("open list step", "amended"),
        "evaluate": NP_("open list step", "evaluation ended"),
        "close": NP_("open list step", "closed"),
        "abandon": NP_("open list step", "given up"),
        "retract": NP_("open list step", "taken out of the amendment"),
        "refuse": NP_("open list step", "amendment refused"),
    },
    "open list change": OPEN_LIST_CHANGE,
    "exception": {
        "waiting": NP_("exception", "waits for a release"),
        "running": NP_("exception", "runs"),
        "over": NP_("exception", "is over"),
        "revoked": NP_("exception", "revoked"),
        "refused": NP_("exception", "refused or taken back"),
        "lapsed": NP_("exception", "was not released in time"),
    },
    "freshness": {
        "late": NP_("freshness", "Later than promised"),
        "never": NP_("freshness", "The publisher says that it is not updated any more."),
        "nopromise": NP_("freshness", "The publisher promises no fixed interval."),
        "ontime": NP_("freshness", "On time"),
        "vague": NP_(
            "freshness", "The date names no day: whether the promise is kept cannot be told."
        ),
    },
    "open type": {
        "unconditional": NP_("open type", "Unconditionally open"),
        "conditional": NP_("open type", "Conditionally open"),
        "none": NP_("open type", "Not open"),
    },
    "use": {
        "unconditional": NP_("use", "Anybody may take and use it"),
        "conditional": NP_("use", "Usable on application and under an agreement"),
        "none": NP_("use", "Not open to the public"),
    },
    "severity": SEVERITIES,
    "demand": {
        "Violation": NP_("demand", "Must"),
        "Warning": NP_("demand", "Should"),
        "Info": NP_("demand", "Advice"),
    },
    "sort": {
        "relevance": NP_("sort", "relevance"),
        "modified": NP_("sort", "newest"),
        "title": NP_("sort", "name"),
    },
    "rule": {
        "checked": NP_("rule", "checked automatically"),
        "registered": NP_("rule", "registered"),
    },
    "kind": {
        "dataset": NP_("kind", "Dataset"),
        "organization": NP_("kind", "Organisation"),
        "district": NP_("kind", "District"),
        "theme": NP_("kind", "Data domain"),
        "library": NP_("kind", "Library"),
        "field": NP_("kind", "Data item"),
        "key-item": NP_("kind", "Key data item"),
    },
    "relation": {
        "dataset": NP_("relation", "Datasets"),
        "organization": NP_("relation", "Organisations"),
        "district": NP_("relation", "Districts"),
        "theme": NP_("relation", "Data domains"),
        "library": NP_("relation", "Libraries"),
        "field": NP_("relation", "Data items"),
        "key-item": NP_("relation", "Key data items"),
        "replica": NP_("relation", "Published twice"),
        "variant": NP_("relation", "Another form (file or API)"),
        "version": NP_("relation", "Other periods of the series"),
        "subset": NP_("relation", "Has all of its data items"),
        "superset": NP_("relation", "Its data items are all in this one"),
        "parallel": NP_("relation", "The same from elsewhere"),
        "schema-overlap": NP_("relation", "Mostly the same data items"),
        "joinable": NP_("relation", "Can be joined with"),
    },
    "verdict": {
        "approve": NP_("verdict", "Approved"),
        "refuse": NP_("verdict", "Refused"),
        "superseded": NP_("verdict", "Settled by a later walk"),
        "removed": NP_("verdict", "Settled by the removal of its source"),
    },
    "supply": {
        "in-step": NP_("supply", "In step"),
        "late": NP_("supply", "Late"),
        "failed": NP_("supply", "Last visit failed"),
        "never": NP_("supply", "Nothing taken in yet"),
        "by-hand": NP_("supply", "On request"),
        "paused": NP_("supply", "Paused"),
        "removed": NP_("supply", "Removed"),
    },
    "source type": {
        "file": NP_("source type", "File"),
        "push": NP_("source type", "Sent by its owner"),
    },
    "entity": {
        "publisher": NP_("entity", "Publisher"),
        "district": NP_("entity", "District"),
        "theme": NP_("entity", "Data domain"),
        "library": NP_("entity", "Library"),
        "field": NP_("entity", "Data item"),
    },
    "entities": {
        "publisher": NP_("entities", "Publishers"),
        "district": NP_("entities", "Districts"),
        "theme": NP_("entities", "Data domains"),
        "library": NP_("entities", "Libraries"),
        "field": NP_("entities", "Data items"),
    },
    "entity page": {
        "publisher": NP_("entity page", "Public data of this organisation."),
        "district": NP_("entity page", "Public data about this district."),
        "theme": NP_("entity page", "Public data in this domain."),
        "library": NP_("entity page", "Public data from this library."),
        "field": NP_(
            "entity page", "Datasets that have this data item, by which they can be compared."
        ),
    },
    "suggestion": {
        "dataset": NP_("suggestion", "dataset"),
        "organization": NP_("suggestion", "publisher"),
        "field": NP_("suggestion", "data item"),
        "theme": NP_("suggestion", "domain"),
        "district": NP_("suggestion", "district"),
        "word": NP_("suggestion", "search"),
    },
    "source item": {
        "item": NP_("source item", "Data item"),
        "department": NP_("source item", "Responsible department"),
        "source": NP_("source item", "Source"),
        "mechanism": NP_("source item", "Update mechanism"),
        "quality": NP_("source item", "Quality standard"),
        "use": NP_("source item", "Way of use"),
    },
    "item change": {
        "created": NP_("item change", "Added"),
        "updated": NP_("item change", "Changed"),
        "removed": NP_("item change", "Removed"),
    },
    "draft state": DRAFT,
    "draft event": {
        "begun": NP_("draft event", "Begun"),
        "submitted": NP_("draft event", "Submitted"),
        "taken-back": NP_("draft event", "Taken back"),
        "returned": NP_("draft event", "Sent back"),
        "released": NP_("draft event", "Released into the catalogue"),
        "discarded": NP_("draft event", "Discarded"),
    },
    "workbook row": {
        "new": NP_("workbook row", "New"),
        "changed": NP_("workbook row", "Changed"),
        "conflict": NP_("workbook row", "Changed here and elsewhere"),
        "removed": NP_("workbook row", "Removed"),
    },
    "four eyes": {
        "setting": NP_("four eyes", "The organization has each draft released by somebody else."),
        "opening": NP_(
            "four eyes", "The dataset was not open and becomes open: two people decide on that."
        ),
        "secrecy": NP_("four eyes", "The secrecy review was changed: two people look at it."),
    },
    "written as": {
        "": NP_("written as", "as the field says"),
        "@zh": NP_("written as", "Chinese"),
        "@en": NP_("written as", "English"),
        "-": NP_("written as", "no language"),
        "iri": NP_("written as", "address (IRI)"),
    },
    "query outcome": {
        "refused": NP_("query outcome", "Refused"),
        "killed": NP_("query outcome", "Killed"),
        "cut": NP_("query outcome", "Cut"),
    },
    "source conflict": {
        "claimed-twice": NP_("source conflict", "Claimed by several departments"),
        "collected-elsewhere": NP_("source conflict", "Collected by others"),
    },
    "snippets": {
        "file": NP_("snippets", "This code reads the first file."),
        "api": NP_("snippets", "This code calls the API; you may have to apply first."),
        "record": NP_(
            "snippets",
            "The record gives no file’s address; this code reads the description of the dataset.",
        ),
    },
    "chosen day": {
        "modified_from": NP_("chosen day", "Updated from {day}"),
        "modified_to": NP_("chosen day", "Updated until {day}"),
        "issued_from": NP_("chosen day", "Published from {day}"),
        "issued_to": NP_("chosen day", "Published until {day}"),
    },
    "day": {
        "modified_from": NP_("day", "Updated from"),
        "modified_to": NP_("day", "Updated until"),
        "issued_from": NP_("day", "Published from"),
        "issued_to": NP_("day", "Published until"),
    },
    "grade": {
        "3": NP_("grade", "what is wanted"),
        "2": NP_("grade", "a good part of it"),
        "1": NP_("grade", "related"),
        "0": NP_("grade", "nothing of it"),
    },
    "measure": {
        "ndcg@10": NP_("measure", "Order of the first ten (nDCG@10)"),
        "success@1": NP_("measure", "Right at once (success@1)"),
        "success@3": NP_("measure", "Right among three (success@3)"),
    },
    "measure meaning": {
        "ndcg@10": NP_(
            "measure meaning",
            "How near the first ten results come to the best order that there could be, by the "
            "grades of all datasets that answer",
        ),
        "success@1": NP_(
            "measure meaning", "Share of the searches whose first result serves the need"
        ),
        "success@3": NP_(
            "measure meaning", "Share with a result that serves the need among the first three"
        ),
    },
    "kind of search": {
        "abbreviation": NP_("kind of search", "abbreviations"),
        "dialect": NP_("kind of search", "dialect"),
        "drawn": NP_("kind of search", "English, from titles"),
        "english": NP_("kind of search", "English"),
        "field": NP_("kind of search", "data items"),
        "format": NP_("kind of search", "formats"),
        "negation": NP_("kind of search", "exclusions"),
        "noun": NP_("kind of search", "English, plain nouns"),
        "official": NP_("kind of search", "official words"),
        "phrase": NP_("kind of search", "English, phrases"),
        "pinyin": NP_("kind of search", "pinyin"),
        "place": NP_("kind of search", "places"),
        "question": NP_("kind of search", "questions"),
        "steward": NP_("kind of search", "judged by stewards"),
        "synonym": NP_("kind of search", "everyday words"),
        "time": NP_("kind of search", "times"),
        "traditional": NP_("kind of search", "traditional characters"),
        "typo": NP_("kind of search", "slips of the keyboard"),
    },
    "level": {
        "record": NP_("level", "each record"),
        "catalogue": NP_("level", "the whole catalogue"),
        "figure": NP_("level", "figures"),
        "process": NP_("level", "procedures"),
    },
    "ontology": {
        "classes": NP_("ontology", "Classes"),
        "properties": NP_("ontology", "Properties"),
        "other": NP_("ontology", "Other terms"),
    },
}
"""English texts by group and value, marked for translation."""
