"""Settings as they are shown: no key, no password, nor those within addresses."""

from __future__ import annotations

from pathlib import Path

from catalog_service.operations.system import shown_settings, storage
from tests.fixtures.web import House


def test_no_secret_is_shown(tmp_path: Path) -> None:
    house = House(
        tmp_path,
        database_url="postgresql://atlas:hidden-one@db.example/atlas",
        smtp_url="smtp://user:hidden-two@mail.example:587",
        embedding_key="hidden-three",
    )
    shown = {one.name: one.value for one in shown_settings(house.atlas)}
    assert "hidden" not in str(shown)
    assert shown["ATLAS_DATABASE_URL"] == "postgresql://…@db.example/atlas"
    assert shown["ATLAS_SMTP_URL"] is None and shown["ATLAS_EMBEDDING_KEY"] is None
    assert shown["ATLAS_BASE_IRI"] == "https://data.example"


def test_storage_is_added_up_by_part(tmp_path: Path) -> None:
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "a").write_bytes(b"x" * 100)
    (tmp_path / "b").write_bytes(b"x" * 7)
    found = storage(House(tmp_path).atlas)
    assert [(part.name, part.size) for part in found.parts] == [("graph", 100), ("b", 7)]
    assert 0 < found.free <= found.total
