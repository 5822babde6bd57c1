"""Fixity: is every file still what it was when it was closed? Re-hashing, chain, second copy.

``chain`` checks the hash chain of manifests, ``history`` remembers when what was verified or
repaired, ``copy`` keeps the second copy, ``audit`` verifies and repairs both sides, ``timestamps``
lets somebody else say when a day's manifest existed. The manifests themselves are in
``archive.home.manifest``: whoever closes a file lists it.
"""
