"""Notices: how a run ended, told by webhook and e-mail to those whom a source names."""
