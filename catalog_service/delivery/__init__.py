"""Delivery of conditional data: by files, by keys of programs, and to services that compute."""
