"""Code that takes the data: curl, Python and R, ready to be copied.

Nothing of a record is trusted: an address or a name goes into a program only as a quoted literal
of that language, and only addresses that a page may link to go in at all.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Final

from catalog_service.datasets.description_model import Access, Description, file_addresses
from catalog_service.site.display_values import followable

_PYTHON: Final = {
    "csv": "pandas.read_csv({url})",
    "json": "pandas.read_json({url})",
    "xls": "pandas.read_excel({url})",
    "xlsx": "pandas.read_excel({url})",
    "xml": "pandas.read_xml({url})",
    "geojson": "geopandas.read_file({url})",
    "shp": "geopandas.read_file({url})",
}
_R: Final = {
    "csv": 'data <- read.csv({url}, fileEncoding = "UTF-8")',
    "json": "data <- jsonlite::fromJSON({url})",
    "geojson": "data <- sf::st_read({url})",
}


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of code; ``language`` is its name as written."""

    language: str
    code: str


@dataclass(frozen=True, slots=True)
class Snippets:
    """Code for one address; ``kind`` is ``file``, ``api``, or ``record`` (the description)."""

    kind: str
    url: str
    codes: tuple[Snippet, ...]


def snippets(description: Description, record_url: str) -> Snippets:
    """Return code for the first file that can be had, else the first API, else the record."""
    for access in description.distributions:
        for address in file_addresses(description, access):
            if (url := followable(address)) is not None:
                return _file(url, access)
    for access in description.distributions:
        for address in access.endpoint_urls:
            if (url := followable(address)) is not None:
                return _call("api", url, "data")
    return _call("record", record_url, "record")


def _file(url: str, access: Access) -> Snippets:
    notation = (access.format.notation or "") if access.format else ""
    read = _PYTHON.get(notation)
    library = (read or "").partition(".")[0]
    python = (
        f"import {library}\n\ndata = {read.format(url=_literal(url))}\nprint(data.head())"
        if read
        else _python_bytes(url)
    )
    r = _R.get(notation, 'download.file({url}, destfile = "data", mode = "wb")')
    return Snippets(
        "file",
        url,
        (
            Snippet("curl", f"curl -L -O {shlex.quote(url)}"),
            Snippet("Python", python),
            Snippet("R", r.format(url=_literal(url))),
        ),
    )


def _call(kind: str, url: str, variable: str) -> Snippets:
    return Snippets(
        kind,
        url,
        (
            Snippet("curl", f"curl {shlex.quote(url)}"),
            Snippet("Python", _python_json(url)),
            Snippet("R", f"{variable} <- jsonlite::fromJSON({_literal(url)})"),
        ),
    )


def _python_json(url: str) -> str:
    return f"import httpx\n\ndata = httpx.get({_literal(url)}).json()"


def _python_bytes(url: str) -> str:
    return (
        "import httpx\n\n"
        f"answer = httpx.get({_literal(url)}, follow_redirects=True)\n"
        'with open("data", "wb") as file:\n    file.write(answer.content)'
    )


def _literal(text: str) -> str:
    """Return a string literal that Python and R read alike: JSON's escapes are in both."""
    return json.dumps(text, ensure_ascii=False)
