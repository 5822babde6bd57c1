"""What can go wrong when the practice newspaper is started; each message is one line for a person.

PracticeError
├── PortInUseError
├── UnknownFaultError
└── StartError
"""

from __future__ import annotations


class PracticeError(Exception):
    """Base of all errors of this package."""


class PortInUseError(PracticeError):
    """Somebody else listens there already."""


class UnknownFaultError(PracticeError):
    """No fault has this name, or its share is no number between 0 and 1."""


class StartError(PracticeError):
    """The server process ended, or said nothing, before it was ready."""
