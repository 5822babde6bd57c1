"""The content of the practice newspaper: pure functions of seed, size, clock and address."""

from .model import Page
from .world import World

__all__ = ["Page", "World"]
