"""Checks that settings of several groups share; all raise `ValueError`."""

from __future__ import annotations

from pathlib import Path

from catalog_service.settings_urls import check_http


def empty_is_none(value: object) -> object:
    """Return None for a variable that is set to nothing."""
    return None if value == "" else value


def existing_file(value: Path | None) -> Path | None:
    """Return the path of a file that is there."""
    if value is not None and not value.is_file():
        raise ValueError(f"there is no file {value}")
    return value


def is_server(value: str) -> str:
    """Return the address of a server without its last slashes; it may be empty."""
    value = value.rstrip("/")
    if value:
        check_http(value)
    return value


def without_user(value: str) -> str:
    """Return an address that names no user: it is published, or there is a key instead."""
    if "@" in value:
        raise ValueError("an address without user and password is needed")
    return value


def is_server_without_user(value: str) -> str:
    """Return the address of a server, without its last slashes and without a user."""
    return without_user(is_server(value))
