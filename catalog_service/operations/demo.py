"""The catalogue of the demonstration: its settings, and the project's own examples in it."""

from __future__ import annotations

import os
import re
import shlex
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from catalog_service.console.opening import DEMO, is_demo
from translations import LANGUAGES, N_, translator

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas
    from catalog_service.settings import Settings
    from catalog_service.sources.model import ImportTally
    from harvesters.protocols import Gate

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "examples"
EXAMPLES_DAY: Final = date(2026, 9, 1)
"""The day the examples are written for: seen later, all of them would be overdue."""

INVENTED: Final = N_("Invented example data, as of {day}")
"""What stands above every page, in all languages."""

_DEMO_NAME: Final = re.compile(rf"{DEMO}(-[0-9]+)?")

USUAL_PORT: Final = 8080
"""The port of the demo in its usual folder, and of the identifiers there."""

TITLES: Final = {
    "city-caizheng-2026": "市财政局 2026 年开放清单",
    "city-jiaotong-2026": "市交通委 2026 年开放清单",
    "city-jiaowei-2026": "市教委 2026 年开放清单",
    "city-lvrong-2026": "市绿化市容局 2026 年开放清单",
    "city-nongwei-2026": "市农业农村委 2026 年开放清单",
    "city-shuiwu-2026": "市水务局 2026 年开放清单",
    "city-tiyu-2026": "市体育局 2026 年开放清单",
    "city-weijian-2026": "市卫生健康委 2026 年开放清单",
    "city-wenlv-2026": "市文化旅游局 2026 年开放清单",
    "city-portal-departments": "市平台：市级部门",
    "city-portal-districts": "市平台：各区",
    "districts-chongming": "崇明区平台",
    "districts-hongkou-draft": "虹口区平台（草稿）",
    "districts-pudong": "浦东新区平台",
    "districts-xuhui": "徐汇区平台",
}
"""What people call the sources of the examples."""


def settings_of(given: Settings, lasting: int, port: int) -> Settings:
    """Return the demo's settings: its identifiers begin with the lasting port's address.

    A catalogue's identifiers never change, so that each lasting port has a folder of its own, and
    what a page calls a dataset is where that dataset is found.
    """
    from catalog_service.settings import NOTICE_BETWEEN

    day = given.today or EXAMPLES_DAY
    update: dict[str, object] = {
        # A folder of its own: a demo never writes into somebody's catalogue.
        "home": home_of(given, lasting),
        "public_url": f"http://127.0.0.1:{port}",
        "database_url": "",
        "graph_url": "",
        "search_url": "",
        "today": day,
        "notice": given.notice
        or NOTICE_BETWEEN.join(translator(lang).gettext(INVENTED, day=day) for lang in LANGUAGES),
        "log_level": "warning",
    }
    if "base_iri" not in given.model_fields_set or _is_inside(given):
        update["base_iri"] = f"http://127.0.0.1:{lasting}"
    return given.model_copy(update=update)


def home_of(given: Settings, port: int = USUAL_PORT) -> Path:
    """Return the data folder of a port's demo; ``given`` may be in some port's demo already."""
    name = DEMO if port == USUAL_PORT else f"{DEMO}-{port}"
    return (given.home.parent if _is_inside(given) else given.home) / name


def _is_inside(given: Settings) -> bool:
    """Tell whether the settings are those the demo printed for other commands (`using`)."""
    return _DEMO_NAME.fullmatch(given.home.name) is not None and is_demo(given.home)


def example_sources() -> list[tuple[str, Gate, Path]]:
    """Return the example files with the source id and gate that each is imported under.

    The open lists of city departments report, for they state less than the rules ask; platforms
    and districts enforce, so that held records can be seen.
    """
    files = sorted(p for p in EXAMPLES.rglob("*") if p.suffix in {".csv", ".jsonl", ".ttl"})
    return [
        (
            f"{path.parent.name}-{path.stem}",
            "report" if path.suffix == ".csv" else "enforce",
            path,
        )
        for path in files
    ]


def using(settings: Settings) -> str:
    """Return the shell's words that let other commands work on the demo's catalogue."""
    from catalog_service.settings import Settings

    told = {"ATLAS_HOME": os.path.relpath(settings.home), "ATLAS_TODAY": str(settings.today)}
    if settings.base_iri != Settings.model_fields["base_iri"].default:
        told["ATLAS_BASE_IRI"] = settings.base_iri
    if settings.public_url != Settings.model_fields["public_url"].default:
        told["ATLAS_PUBLIC_URL"] = settings.public_url
    return "export " + " ".join(f"{name}={shlex.quote(value)}" for name, value in told.items())


def import_examples(atlas: Atlas) -> ImportTally:
    """Import all examples, project them and name their sources; errors are in the tally."""
    from catalog_service.console.projecting import projecting

    with projecting(atlas, beside=False):
        tally = store_examples(atlas, "demo")
        for source, _, _ in example_sources():
            atlas.journal.put_source(source, title=TITLES[source])
    return tally


def store_examples(atlas: Atlas, actor: str) -> ImportTally:
    """Import all examples; nothing is projected yet."""
    from catalog_service.catalog.reading import SourceReader
    from catalog_service.sources.model import ImportTally
    from catalog_service.sources.service import import_items

    tally = ImportTally()
    for source, gate, path in example_sources():
        reader = SourceReader(source, atlas.settings.base_iri, atlas.vocabulary)
        import_items(
            atlas,
            reader.file(path),
            name=path.name,
            source=source,
            gate=gate,
            actor=actor,
            tally=tally,
        )
    return tally
