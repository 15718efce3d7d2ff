"""Harvests: runs that visit a platform and bring a source up to date."""
