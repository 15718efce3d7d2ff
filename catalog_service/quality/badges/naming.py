"""What criteria are about, for pages."""

from __future__ import annotations

from catalog_service.context import Service
from catalog_service.quality.badges.model import Kind
from catalog_service.site.rendering import View


def about(view: View, atlas: Service, kind: Kind, of: str) -> str:
    """Return what a criterion is about in the page's language."""
    if kind == "metric":
        return view.label("metric", of)
    if kind == "rule":
        label = atlas.rules.get(of).label
        return f"{of} {label.zh if view.lang == 'zh' else label.en}"
    return view.label("criterion of", of)
