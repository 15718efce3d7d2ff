"""All rooms of the service. A new capability is one folder, and one line here."""

from __future__ import annotations

from catalog_service.accounts import room as accounts
from catalog_service.assistants import room as assistants
from catalog_service.audit import room as audit
from catalog_service.catalog_map import room as catalog_map
from catalog_service.ckan_api import room as ckan_api
from catalog_service.classification import room as classification
from catalog_service.datasets import room as datasets
from catalog_service.delivery import room as delivery
from catalog_service.discovery import room as discovery
from catalog_service.dumps import room as dumps
from catalog_service.duplicates import room as duplicates
from catalog_service.editing import room as editing
from catalog_service.entities import room as entities
from catalog_service.evaluation import room as evaluation
from catalog_service.explorer import room as explorer
from catalog_service.federation import room as federation
from catalog_service.following import room as following
from catalog_service.notices import room as notices
from catalog_service.oai_pmh import room as oai_pmh
from catalog_service.open_list import room as open_list
from catalog_service.operations import room as operations
from catalog_service.participation import room as participation
from catalog_service.publication import room as publication
from catalog_service.quality import room as quality
from catalog_service.reconciliation import room as reconciliation
from catalog_service.reports import room as reports
from catalog_service.results import room as results
from catalog_service.room import Room
from catalog_service.rule_work import room as rule_work
from catalog_service.rules import room as rules
from catalog_service.samples import room as samples
from catalog_service.search_log import room as search_log
from catalog_service.site import room as site
from catalog_service.source_catalog import room as source_catalog
from catalog_service.sources import room as sources
from catalog_service.sparql import room as sparql
from catalog_service.thesaurus_work import room as thesaurus_work
from catalog_service.vocabularies import room as vocabularies
from catalog_service.vocabulary_work import room as vocabulary_work
from catalog_service.workbench import room as workbench

ROOMS: tuple[Room, ...] = (
    discovery.ROOM,
    datasets.ROOM,
    entities.ROOM,
    explorer.ROOM,
    catalog_map.ROOM,
    vocabularies.ROOM,
    # Before the rules: /rules/exceptions is no rule.
    rule_work.ROOM,
    rules.ROOM,
    quality.ROOM,
    sources.ROOM,
    federation.ROOM,
    dumps.ROOM,
    publication.ROOM,
    duplicates.ROOM,
    source_catalog.ROOM,
    open_list.ROOM,
    samples.ROOM,
    # Before the cases: what is delivered by one is no case.
    delivery.ROOM,
    participation.ROOM,
    results.ROOM,
    following.ROOM,
    reports.ROOM,
    editing.ROOM,
    classification.ROOM,
    vocabulary_work.ROOM,
    thesaurus_work.ROOM,
    evaluation.ROOM,
    search_log.ROOM,
    sparql.ROOM,
    assistants.ROOM,
    ckan_api.ROOM,
    oai_pmh.ROOM,
    reconciliation.ROOM,
    audit.ROOM,
    workbench.ROOM,
    notices.ROOM,
    accounts.ROOM,
    operations.ROOM,
    site.ROOM,
)
"""In the order of documentation and navigation."""
