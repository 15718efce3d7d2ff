"""Collects the texts of the code and brings the catalogues up to date; not part of the package.

``make translations`` runs it. A text that is new in the code gets an empty entry, an entry whose
text is gone from the code is removed. The catalogues are in the order of the English texts and
name no places in the code, so that moving code does not change them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import typer.main
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from catalog_service.console.help import help_texts
from catalog_service.main import app
from translations import DOMAIN, FOLDER

ROOT: Final = FOLDER.parent
METHODS: Final = (
    ("catalog_service/**/templates/**.html", "jinja2"),
    *((f"{room}/**.py", "python") for room in ("catalog_service", "harvesters", "search")),
    *((f"{room}/**.py", "python") for room in ("shapes", "ontology")),
)
OPTIONS: Final = {"**.html": {"extensions": "jinja2.ext.do", "silent": "false"}}
"""Templates are read as `catalog_service.site.rendering` does; a broken one is an error."""
KEYWORDS: Final = {
    **DEFAULT_KEYWORDS,
    "NP_": ((1, "c"), 2),
    "Phrase": None,
    "ErrorKind": (2,),
    "CountedErrorKind": (2, 3),
}


def extracted() -> Catalog:
    """Return the texts of the code, as a catalogue without translations."""
    found = Catalog(project="Shanghai Data Atlas", version="1")
    texts = extract_from_dir(
        ROOT,
        METHODS,
        OPTIONS,
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
        directory_filter=lambda folder: Path(folder).relative_to(ROOT).parts[:1] != (".venv",),
    )
    for _, _, message, comments, context in texts:
        found.add(message, auto_comments=comments, context=context)
    for message in help_texts(typer.main.get_command(app)):
        found.add(message)
    return found


def read(path: Path) -> Catalog:
    """Read the catalogue of a language."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, abort_invalid=True)


def catalogues() -> list[Path]:
    """Return the catalogues of all languages."""
    return sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def update(path: Path, found: Catalog) -> None:
    """Give a catalogue the entries of the texts that were found, and no others."""
    catalogue = read(path)
    catalogue.update(found, no_fuzzy_matching=True, update_creation_date=False)
    with path.open("wb") as file:
        write_po(
            file, catalogue, width=100, no_location=True, sort_output=True, ignore_obsolete=True
        )


if __name__ == "__main__":
    texts = extracted()
    for catalogue in catalogues():
        update(catalogue, texts)
