"""What a platform answered, read as JSON or text: byte order marks, wrong charsets, HTML pages."""

from __future__ import annotations

import json
import re
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from harvesters.errors import NOT_THE_PLATFORM, PLATFORM_REPORTS
from harvesters.mapping.access_labels import access_target
from harvesters.platforms.errors import PLATFORM_REFUSED
from harvesters.platforms.http import Response
from harvesters.privacy.personal_data import masked
from harvesters.readers.encodings import detected_encoding
from harvesters.readers.exact_json import parsed
from ontology.errors import AtlasError, Phrase
from ontology.texts import tidy

_BOM: Final = b"\xef\xbb\xbf"
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_SAMPLE: Final = 256 * 1024
_HTML: Final = re.compile(
    rb"\s*+(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body|script)", re.I | re.S
)
_HEAD: Final = 16 * 1024
"""Bytes in which an HTML page says that it is one."""
_SHOWN: Final = 200
_GONE: Final = (404, 410)
_SAYS_GONE: Final = re.compile(
    r"不存在|未找到|找不到|没有找到|下架|已删除|not.?found|not.exist|no such|\b404\b"
    # A success without data.
    r"|^(?:0+|200)(?: (?:success|ok|成功|操作成功|请求成功))?$",
    re.I,
)
_OF_THE_CALLER: Final = re.compile(
    r"用户|登[录陆]|令牌|接口|权限|token|user|log.?in|session|\b40[13]\b", re.I
)
"""What a platform says of who asks, or how: the same words then tell nothing of a dataset."""
_OF_ONE_RECORD: Final = frozenset({400, 404, 405, 410, 414, 422, 500, 501})
"""Statuses that say something of one dataset, not of the platform: the next may well be read."""


def shown_address(url: str) -> str:
    """Return an address for messages: without user, query and fragment, where secrets may stand."""
    parts = urlsplit(url)
    if not parts.scheme:
        return url  # a path on this machine, of a watched folder
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def not_the_platform(response: Response, expected: Phrase) -> AtlasError:
    """Return the error for an answer of another kind than ``expected``."""
    return AtlasError(
        NOT_THE_PLATFORM, url=shown_address(response.url), found=_found(response), expected=expected
    )


def reported(response: Response, reason: object) -> AtlasError:
    """Return the error for an answer in which the platform itself reports one."""
    text = masked(tidy(str(reason or "-")))[:_SHOWN]
    return AtlasError(PLATFORM_REPORTS, url=shown_address(response.url), reason=text)


def is_of_one_record(error: AtlasError) -> bool:
    """Tell whether a failed request says something of one dataset only, such as 404."""
    if error.code in (NOT_THE_PLATFORM.code, PLATFORM_REPORTS.code):
        return True
    return error.code == PLATFORM_REFUSED.code and error.params.get("status") in _OF_ONE_RECORD


def is_gone(error: AtlasError) -> bool:
    """Tell whether a failed request says that the platform does not have that dataset.

    Only what says so counts: a platform that is busy, guarded by a login, or at fault has it, for
    all that is known.
    """
    if error.code == PLATFORM_REPORTS.code:
        reason = str(error.params.get("reason"))
        return _SAYS_GONE.search(reason) is not None and _OF_THE_CALLER.search(reason) is None
    return error.code == PLATFORM_REFUSED.code and error.params.get("status") in _GONE


def text_of(response: Response) -> str:
    """Return the text of an answer, in the encoding that it has, whatever its headers say."""
    content = response.content.removeprefix(_BOM)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    encoding = detected_encoding(content[:_SAMPLE])
    if encoding is None:
        named = _CHARSET.search(response.headers.get("content-type", ""))
        encoding = named[1] if named is not None else "gb18030"
    try:
        return content.decode(encoding, "replace")
    except LookupError:
        return content.decode("gb18030", "replace")


def json_of(response: Response, expected: Phrase) -> Any:
    """Return the value of an answer in JSON, with all digits and all values about access.

    Raises `AtlasError` (``not-the-platform``) for anything else; ``expected`` names for its
    message what the platform should have sent.
    """
    content = response.content.removeprefix(_BOM)
    try:
        return parsed(content, _is_access)[0]
    except orjson.JSONDecodeError:
        pass
    if not _HTML.match(content[:_HEAD]):
        try:
            return parsed(text_of(response).encode("utf-8", "replace"), _is_access)[0]
        except orjson.JSONDecodeError:
            pass
    raise not_the_platform(response, expected)


def json_bytes(value: Any) -> bytes:
    """Return a value of `json_of` as JSON again."""
    try:
        return orjson.dumps(value)
    except TypeError:
        # Whole numbers beyond 64 bits, and decimals.
        return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace")


def _is_access(key: str) -> bool:
    return access_target(key) is not None


def _found(response: Response) -> Phrase | str:
    content = response.content.removeprefix(_BOM)
    if not content.strip():
        return Phrase("an empty answer")
    if _HTML.match(content[:_HEAD]):
        return Phrase("an HTML page")
    start = content.lstrip()[:1]
    if start == b"<":
        return "XML"
    kind = response.headers.get("content-type", "").partition(";")[0].strip()[:50]
    name = {b"{": Phrase("other JSON"), b"[": Phrase("a JSON list")}.get(
        start, kind or Phrase("something else")
    )
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return Phrase("broken JSON") if start in (b"{", b"[") else name
    return name
