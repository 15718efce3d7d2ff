"""The privacy rule: what identifies a natural person stays out of public records.

An office's own contact stays. ``texts`` and ``addresses`` judge what stands alone, ``lines`` and
``triples`` apply them to a drafted and to a harvested record.
"""
