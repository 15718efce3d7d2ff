"""Tests of the platforms: each over answers made here, from a client in memory."""
