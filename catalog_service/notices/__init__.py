"""Notices: what people and programs are told, on pages, by e-mail and by webhook.

Whoever only tells persons something imports it from here: `service` loads all that sends.
"""

from __future__ import annotations

from catalog_service.notices.persons import Notice, PersonalNotices

__all__ = ["Notice", "PersonalNotices"]
