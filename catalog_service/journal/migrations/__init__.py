"""Migrations of the journal, run by `catalog_service.journal.database`."""
