"""The privacy rule: what identifies a natural person stays out of public records.

An office's own contact stays. ``personal_data`` and ``web_addresses`` clean one value; ``lines``
applies them to a record that was mapped from labels, ``triples`` to a harvested record. What
counts as personal data: ``personal_data`` with ``chinese_names``, ``latin_names``,
``context_rules``, ``personal_numbers``, ``email``, ``messenger_accounts``, and the nodes found by
``person_nodes``; ``removed_kinds`` names the kinds as removals are reported.
"""
