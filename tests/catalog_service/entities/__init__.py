"""Tests of the pages about what datasets have in common."""
