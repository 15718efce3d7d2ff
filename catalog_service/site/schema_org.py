"""schema.org as JSON-LD in pages: what pages of several rooms need of it."""

from __future__ import annotations

import json
from typing import Final

from markupsafe import Markup

KINDS: Final = {
    "publisher": "GovernmentOrganization",
    "district": "AdministrativeArea",
    "theme": "DefinedTerm",
    "library": "DefinedTerm",
    "field": "DefinedTerm",
}
"""The schema.org type of what an entity's page is about."""

Said = dict[str, object]


def script(said: Said) -> Markup:
    """Return JSON-LD that is safe inside a script element."""
    return escaped({"@context": "https://schema.org/", **said})


def escaped(said: Said) -> Markup:
    """Return JSON that is safe inside a script element."""
    text = json.dumps(said, ensure_ascii=False)
    # "</script>" in a title must not end the element, nor "<!--" open a comment.
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - everything that could end the element is escaped above
