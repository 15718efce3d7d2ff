"""Rendering: templates with the language, links that keep it, and headers of pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from starlette.responses import HTMLResponse

from catalog_service.accounts.actions import Action
from catalog_service.accounts.sessions import Authenticated
from catalog_service.clock import SHANGHAI
from catalog_service.datatypes import datatype_name
from catalog_service.dependencies import service
from catalog_service.http.language import LANGUAGE_TAGS, choose_language
from catalog_service.http.sessions import session_of
from catalog_service.links import dataset_path, organization_path
from catalog_service.shares import shown_percent
from catalog_service.site.assets import assets
from catalog_service.site.display_values import ascii_host, followable
from catalog_service.site.labels import LABELS
from catalog_service.site.trust import in_language, trust_of
from harvesters.platforms.registry import PLATFORM_TYPES
from ontology.dates import read_date, shown_date
from ontology.errors import AtlasError
from ontology.languages import Bilingual, pick
from ontology.terms import VOCAB
from ontology.texts import without_bidi
from search.bilingual.gloss import gloss
from translations import Lang, translator

_ROOMS: Final = Path(__file__).parents[1]
_IN_CHINESE: Final = Markup(' lang="zh-CN"')
_NOTHING: Final = Markup("")
_CHINESE = re.compile("[\u4e00-\u9fff]")
DISTRICT: Final = re.compile("310[0-9]{3}")
"""The notation of one of the districts in ``vocab:place``."""

_ENTITY_PAGES: Final = {
    "organization": "/organization/",
    "domain": "/theme/",
    "domain-2014": "/theme/domain-2014/",
    "library": "/library/",
}
_MONTHS_FROM, _YEARS_FROM = 60, 730


@cache
def environment() -> Environment:
    """Return the templates of all rooms: everything escaped, unknown names are errors."""
    made = Environment(
        loader=FileSystemLoader(sorted(_ROOMS.glob("*/templates"))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        extensions=["jinja2.ext.do"],
    )
    made.filters["share"] = shown_percent
    return made


class View:
    """One page for one request."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.lang: Lang = choose_language(request.query_params, request.headers)
        self.tag = LANGUAGE_TAGS[self.lang]
        texts = translator(self.lang)
        self.gettext, self.ngettext = texts.gettext, texts.ngettext
        self.pgettext, self.npgettext = texts.pgettext, texts.npgettext
        self.chosen = "lang" in request.query_params
        """Whether the language was chosen by hand: links keep it then."""

    @property
    def session(self) -> Authenticated | None:
        """The session of whoever asks; a page that looks is kept by nobody where there is one."""
        return session_of(self.request)

    @property
    def signed_in(self) -> bool:
        """Whether whoever asks is signed in; False also where that cannot be looked up."""
        try:
            return session_of(self.request) is not None
        except AtlasError:
            return False

    @property
    def works_here(self) -> bool:
        """Whether whoever asks is signed in and has a workbench.

        False also where that cannot be looked up: a page that tells of a broken database has a
        head, too.
        """
        try:
            session = session_of(self.request)
            if session is None:
                return False
            person = service(self.request).accounts.signed_in(session)
            return person.may(Action.WORKBENCH_READ, None)
        except AtlasError:
            return False

    def label(self, group: str, value: str, **params: object) -> str:
        """Return what a value is called on pages (`catalog_service.site.labels`)."""
        return self.pgettext(group, LABELS[group][value], **params)

    def source_type(self, kind: str) -> str:
        """Return what a type of sources is called in the page's language."""
        found = PLATFORM_TYPES.get(kind)
        if found is not None:
            return found.title_zh if self.lang == "zh" else found.title_en
        return self.label("source type", kind) if kind in LABELS["source type"] else kind

    def datatype(self, text: str) -> str:
        """Return a type of a data item in plain words; what is not known as it is."""
        name = datatype_name(text)
        return text if name is None else self.pgettext("datatype", name)

    def pick(self, texts: Mapping[str, str]) -> str:
        """Return the text to show in the page's language (`ontology.languages`)."""
        return pick(texts, self.lang)

    def name(self, thing: Bilingual) -> str:
        """Return the name of a concept, a rule, a thing of the graph in the page's language."""
        return self.pick({"zh": thing.zh, "en": thing.en})

    def listed(self, names: Iterable[str]) -> str:
        """Return names behind each other, with the comma of the page's language."""
        return self.pgettext("list", ", ").join(names)

    def foreign(self, text: str) -> Markup:
        """Return the attribute that tells a screen reader of Chinese text on an English page."""
        chinese = self.lang == "en" and _CHINESE.search(text) is not None
        return _IN_CHINESE if chinese else _NOTHING

    def gloss(self, text: str) -> str:
        """Return what a Chinese text says word by word, for pages in English; else nothing.

        Pages mark it as automatic (`search.bilingual.gloss`).
        """
        return gloss(text) if self.lang == "en" else ""

    def link(self, path: str, items: list[tuple[str, str]] | None = None, **params: object) -> str:
        """Return an address within the site; a language that was chosen by hand is kept."""
        given = [*(items or ()), *((name, str(v)) for name, v in params.items() if v is not None)]
        if self.chosen and not any(name == "lang" for name, _ in given):
            given.append(("lang", self.lang))
        path, hash_, fragment = path.partition("#")
        query = f"{'&' if '?' in path else '?'}{urlencode(given)}" if given else ""
        return f"{path}{query}{hash_}{fragment}"

    def here(self, lang: Lang | None = None) -> str:
        """Return this page's own path and query, in another language if one is given."""
        items = [
            (n, v)
            for n, v in parse_qsl(self.request.url.query, keep_blank_values=True)
            if n != "lang"
        ]
        if lang is not None:
            items.append(("lang", lang))
        path: str = self.request.scope["path"]
        # Two slashes at the start would be read as another host.
        path = "/" + path.lstrip("/")
        return f"{path}?{urlencode(items)}" if items else path

    def dataset(self, source: str, remote_id: str) -> str:
        """Return the address of a dataset's page."""
        return self.link(dataset_path(source, remote_id))

    def entity(self, iri: str | None) -> str | None:
        """Return the page of an organisation, a domain, a district or a library; else None."""
        made = f"{service(self.request).settings.base_iri}/id/organization/"
        if iri is not None and iri.startswith(made):
            return self.publisher(iri)
        scheme, _, notation = (iri or "").removeprefix(VOCAB).partition("/")
        if not (iri or "").startswith(VOCAB) or not notation:
            return None
        if scheme == "place" and DISTRICT.fullmatch(notation):
            return self.link(f"/district/{notation}")
        start = _ENTITY_PAGES.get(scheme)
        return None if start is None else self.link(start + quote(notation, safe=""))

    def publisher(self, iri: str) -> str:
        """Return the page of a publisher, whichever IRI it has."""
        base = service(self.request).settings.base_iri
        path, _, query = organization_path(base, iri).partition("?")
        return self.link(path, parse_qsl(query))

    def field(self, name: str) -> str:
        """Return the page of a data item by its name."""
        return self.link(f"/field/{quote(name, safe='')}")

    def ago(self, days: int) -> str:
        """Return a span of time as one would say it: days, then months, then years."""
        if days < _MONTHS_FROM:
            return self.ngettext("{count} day", "{count} days", days)
        if days < _YEARS_FROM:
            return self.ngettext("{count} month", "{count} months", days * 12 // 365)
        return self.ngettext("{count} year", "{count} years", days // 365)

    def _suggestion_kinds(self) -> str:
        names = {kind: self.label("suggestion", kind) for kind in LABELS["suggestion"]}
        return json.dumps(names, ensure_ascii=False)

    def render(
        self,
        template: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """Answer with a page."""
        settings = service(self.request).settings
        html = _template(template).render(
            view=self,
            _=self.gettext,
            ngettext=self.ngettext,
            pgettext=self.pgettext,
            pick=self.pick,
            link=self.link,
            lang=self.lang,
            outside=followable,
            ascii_host=ascii_host,
            read_date=read_date,
            shown_date=shown_date,
            shanghai=SHANGHAI,
            base=settings.public_url,
            hidden_lang=self.lang if self.chosen else None,
            assets=assets(),
            announcement=in_language(settings.notice, self.lang),
            trust=trust_of(settings, self.lang),
            navigation=self.request.app.state.navigation,
            suggestion_kinds=self._suggestion_kinds(),
            **values,
        )
        extra = {
            "Vary": "Accept, Accept-Language, Authorization",
            "Content-Language": self.tag,
            "Cache-Control": "no-cache",
            **(headers or {}),
        }
        return HTMLResponse(html, status, extra)


def _template(name: str) -> Template:
    return environment().get_template(name)


def _shown(value: object) -> object:
    """Return what a template writes, without characters that change the text's direction."""
    if not isinstance(value, str) or value.isascii():
        return value
    plain = without_bidi(value)
    return Markup(plain) if isinstance(value, Markup) else plain  # noqa: S704 - as it was
