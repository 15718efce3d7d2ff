"""A notice in words, Chinese first and English below."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from catalog_service.clock import SHANGHAI
from catalog_service.sources.labels import counted
from catalog_service.sources.notices.model import Report
from translations import LANGUAGES, NP_, Lang, translator

_STATUS: Final = {
    "done": NP_("notice", "harvest done"),
    "failed": NP_("notice", "harvest failed"),
    "waiting": NP_("notice", "harvest waits for a decision"),
    "stopped": NP_("notice", "harvest stopped"),
    "cancelled": NP_("notice", "harvest cancelled"),
}
_NOT_BEGUN: Final = NP_("notice", "harvest could not begin")


def subject(report: Report) -> str:
    """Return the subject: source, what happened in both languages, run."""
    happened = " · ".join(_happened(report, lang) for lang in LANGUAGES)
    return f"[{report.run or report.source}] {happened}"


def body(report: Report) -> str:
    """Return the text, one language below the other."""
    return "\n\n----\n\n".join(_told(report, lang) for lang in LANGUAGES) + "\n"


def _told(report: Report, lang: Lang) -> str:
    texts = translator(lang)
    at = datetime.fromisoformat(report.at).astimezone(SHANGHAI)
    lines = [
        f"{_one_line(report.title)} ({report.source}): {_happened(report, lang)}",
        texts.gettext("Time: {at} (Shanghai)", at=f"{at:%Y-%m-%d %H:%M}"),
    ]
    if report.run is not None:
        lines.append(texts.gettext("Run: {run}", run=report.run))
    if any(report.counters.values()):
        names = (name for name, count in report.counters.items() if count)
        lines.append(counted(report.counters, names, lang))
    if report.error is not None:
        lines += ["", f"{report.error['code']}: {report.error['message'][lang]}"]
    if report.url is not None:
        lines += ["", report.url]
    return "\n".join(lines)


def _happened(report: Report, lang: Lang) -> str:
    text = _NOT_BEGUN if report.run is None else _STATUS.get(report.status, report.status)
    return translator(lang).pgettext("notice", text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
