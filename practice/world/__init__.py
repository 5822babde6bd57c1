"""The content of the practice newspaper: pure functions of seed, size, clock and address."""

from .hosts import CDN_HOSTS
from .model import Page
from .world import World

__all__ = ["CDN_HOSTS", "Page", "World"]
