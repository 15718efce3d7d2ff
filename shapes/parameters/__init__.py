"""Dated data that rules are measured with, apart from the rules for operators to extend."""
