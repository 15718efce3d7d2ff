"""The texts of pages, errors and commands in each language: gettext catalogues beside this module.

The code holds the English texts; ``zh/LC_MESSAGES/atlas.po`` holds the Chinese ones.
``docs/translations.md`` says how to add a text or a language. Texts have `str.format` placeholders.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

Lang = Literal["zh", "en"]
LANGUAGES: Final[tuple[Lang, ...]] = get_args(Lang)
"""The languages of pages and messages, the catalogue's first one first."""
SOURCE: Final = "en"
"""The language of the texts in the code, which needs no catalogue."""
DOMAIN: Final = "atlas"
FOLDER: Final = Path(__file__).parent


class CatalogueError(RuntimeError):
    """The compiled catalogue of a language is missing, or older than the text it is made from."""

    def __init__(self, lang: str) -> None:
        super().__init__(f"The texts of {lang!r} are not compiled: run `make setup`.")


class Translator:
    """Finds texts in one language, and fills in their placeholders."""

    def __init__(self, catalogue: gettext.NullTranslations) -> None:
        self._catalogue = catalogue

    def lookup(self, message: str) -> str:
        """Return a text with its placeholders as they are."""
        return self._catalogue.gettext(message)

    def gettext(self, message: str, /, **params: object) -> str:
        """Return a text."""
        return self._catalogue.gettext(message).format(**params)

    def pgettext(self, context: str, message: str, /, **params: object) -> str:
        """Return a text whose English has other translations in other contexts."""
        return self._catalogue.pgettext(context, message).format(**params)

    def ngettext(self, singular: str, plural: str, count: int, /, **params: object) -> str:
        """Return a text in the form that fits a number, which fills in ``{count}``."""
        text = self._catalogue.ngettext(singular, plural, count)
        return text.format(**{"count": count, **params})

    def npgettext(
        self, context: str, singular: str, plural: str, count: int, /, **params: object
    ) -> str:
        """Return a text of a context in the form that fits a number."""
        text = self._catalogue.npgettext(context, singular, plural, count)
        return text.format(**{"count": count, **params})


def N_(message: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a text of a table for translation where it is used (`Translator.gettext`)."""
    return message


def NP_(_context: str, message: str) -> str:  # noqa: N802 - after gettext's N_
    """Mark a text of a table for translation in a context (`Translator.pgettext`)."""
    return message


@cache
def translator(lang: str) -> Translator:
    """Return the texts of a language; raises CatalogueError where they are not compiled."""
    if lang == SOURCE:
        return Translator(gettext.NullTranslations())
    source = FOLDER / lang / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = source.with_suffix(".mo")
    try:
        # An installed package has the compiled catalogue alone.
        if source.exists() and source.stat().st_mtime > compiled.stat().st_mtime:
            raise CatalogueError(lang)
        with compiled.open("rb") as file:
            return Translator(gettext.GNUTranslations(file))
    except FileNotFoundError as error:
        raise CatalogueError(lang) from error


def in_all_languages(message: str, **params: object) -> dict[str, str]:
    """Return a marked text by language, with what it names filled in."""
    return {lang: translator(lang).gettext(message, **params) for lang in LANGUAGES}
