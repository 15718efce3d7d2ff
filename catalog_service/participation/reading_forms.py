"""Reads what is brought up from a form or a body: the same fields by the same names."""

from __future__ import annotations

from collections.abc import Mapping

from catalog_service.context import Service
from catalog_service.participation.about import find_subject, part_of
from catalog_service.participation.applying import read_application
from catalog_service.participation.bringing_up import Brought
from catalog_service.participation.model import KindName


def read_brought(atlas: Service, kind: KindName, given: Mapping[str, str]) -> Brought:
    """Return what somebody brings up: ``text``, ``dataset``, ``part``, ``topic``, and its fields.

    A topic that is none is left out. Raises ``case-field-wrong`` for what is no public dataset,
    and of an application as `read_application` does.
    """
    if kind == "application":
        return read_application(atlas, given)
    subject = organization = part = None
    name, text = given.get("dataset", "").strip()[:2_000], given.get("text", "")
    if name or kind == "objection":
        subject, organization = find_subject(atlas, name)
    if kind == "objection" and subject is not None:
        part, text = part_of(atlas, subject, given.get("part", ""), text)
    topic = given.get("topic", "").strip()
    known = {one.iri for one in atlas.vocabulary.offered("domain")}
    return Brought(
        kind,
        text,
        given,
        subject,
        part,
        topic if topic in known else None,
        organization if kind == "objection" else None,
    )
