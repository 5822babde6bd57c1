"""Fixity: is every file still what it was when it was closed? Re-hashing, chain, second copy.

``chain`` checks the hash chain of manifests, ``history`` remembers when what was verified or
repaired, ``copy`` reaches the second copy, ``copy_manifests`` compares its manifests with ours,
``audit`` verifies and repairs both sides, ``trust`` does what a person has chosen where they
contradict each other, ``timestamps`` lets somebody else say when a day's manifest existed. The
manifests themselves are in ``archive.home``: whoever closes a file lists it.
"""
