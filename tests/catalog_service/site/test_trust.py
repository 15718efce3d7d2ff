"""Who runs the catalogue, whom to ask, what may be done with its descriptions."""

from __future__ import annotations

from pathlib import Path

from catalog_service.settings import Settings
from catalog_service.site.trust import in_language, trust_of
from tests.fixtures.web import HTML, opened


def test_the_settings_are_told_in_the_page_s_language(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        operator="某某中心 || A centre",
        contact="help@example.org",
        metadata_license="https://creativecommons.org/licenses/by/4.0/",
    )
    chinese, english = trust_of(settings, "zh"), trust_of(settings, "en")
    assert (chinese.operator, english.operator) == ("某某中心", "A centre")
    assert chinese.contact_link == "mailto:help@example.org"
    assert chinese.license_link.startswith("https://creativecommons.org/")
    assert chinese.license_name
    assert trust_of(Settings(home=tmp_path, contact="电话 12345"), "en").contact_link == ""
    assert trust_of(Settings(home=tmp_path, contact="javascript:alert(1)"), "zh").contact_link == ""
    assert in_language("一", "en") == "一"


def test_about_tells_operator_sources_and_what_falls_short(tmp_path: Path) -> None:
    with opened(tmp_path, operator="某某中心", contact="https://help.example/") as (_, client):
        page = {**HTML, "Accept-Language": "zh"}
        about = client.get("/about", headers=page).text
        assert "由某某中心运营" in about
        assert '<a href="https://help.example/">https://help.example/</a>' in about
        assert 'href="/sources/city"' in about
        statement = client.get("/about/accessibility", headers=page).text
        assert "不足之处" in statement
        assert '<a href="https://help.example/">' in statement
