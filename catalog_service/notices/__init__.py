"""Notices: what people and programs are told, on pages, by e-mail and by webhook."""
