"""What properties are called in everyday words, on pages and in the SPARQL editor."""

from __future__ import annotations

from typing import Final

from ontology.terms import ADMS, CSVW, DCAT, DCT, SHD
from translations import N_

PROPERTY_NAMES: Final = {
    DCT.term("title"): N_("Title"),
    DCT.description: N_("Description"),
    DCT.publisher: N_("Publisher"),
    DCT.accessRights: N_("Open type"),
    DCT.accrualPeriodicity: N_("Update frequency"),
    DCT.issued: N_("First published"),
    DCT.modified: N_("Updated"),
    DCT.subject: N_("Subjects"),
    DCT.spatial: N_("Place"),
    DCT.temporal: N_("Period"),
    DCT.provenance: N_("Origin"),
    DCT.identifier: N_("Identifier"),
    DCAT.theme: N_("Data domain"),
    DCAT.keyword: N_("Keywords"),
    DCAT.landingPage: N_("Page at the source"),
    DCAT.contactPoint: N_("Contact"),
    DCAT.distribution: N_("How to get it"),
    DCAT.accessURL: N_("Go to"),
    DCAT.downloadURL: N_("Download"),
    DCT.term("format"): N_("Format"),
    ADMS.sample: N_("Sample data"),
    SHD.dataItem: N_("Data items"),
    CSVW.term("title"): N_("Name"),
    CSVW.datatype: N_("Type"),
    SHD.rowCount: N_("Rows"),
    SHD.dataSize: N_("Size"),
    SHD.library: N_("Library"),
}
"""Properties that have an everyday name; the others go by their short name."""
