"""Is every file still what it was when it was closed? Manifests, re-hashing, a second copy.

``manifest`` lists closed files in a hash chain, ``chain`` checks it, ``history`` remembers when
what was verified or mended, ``copy`` keeps the second copy, ``audit`` verifies and mends both
sides, ``timestamps`` lets somebody else say when a day's manifest existed.
"""
