"""``/opensearch.xml``: how browsers and other programs search here (OpenSearch 1.1)."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from translations import Lang, translator

MEDIA_TYPE: Final = "application/opensearchdescription+xml"
_NAMESPACE: Final = "http://a9.com/-/spec/opensearch/1.1/"
_FORMS: Final = (
    ("text/html", "/datasets"),
    ("application/atom+xml", "/feeds/datasets.atom"),
    ("application/feed+json", "/feeds/datasets.json"),
)


def description(public_url: str, lang: Lang) -> bytes:
    """Return the description in a language; what is found is the same in each."""
    texts = translator(lang)
    root = ET.Element("OpenSearchDescription", {"xmlns": _NAMESPACE})

    def add(name: str, text: str, **attributes: str) -> None:
        ET.SubElement(root, name, attributes).text = text

    # Sixteen characters at most.
    add("ShortName", texts.pgettext("short name", "Shanghai Atlas"))
    add("LongName", texts.gettext("Shanghai Data Atlas"))
    add("Description", texts.gettext("Searches the datasets of Shanghai’s public data."))
    add("Image", f"{public_url}/static/mark.svg", type="image/svg+xml")
    for media_type, path in _FORMS:
        template = f"{public_url}{path}?q={{searchTerms}}&lang={lang}"
        ET.SubElement(root, "Url", {"type": media_type, "template": template})
    own = f"{public_url}/opensearch.xml?lang={lang}"
    ET.SubElement(root, "Url", {"type": MEDIA_TYPE, "rel": "self", "template": own})
    for tag in ("zh-CN", "en"):
        add("Language", tag)
    add("InputEncoding", "UTF-8")
    add("OutputEncoding", "UTF-8")
    written: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return written
