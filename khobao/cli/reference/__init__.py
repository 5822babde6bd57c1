"""The generated parts of ``docs/``: what the code says, as tables for readers."""
