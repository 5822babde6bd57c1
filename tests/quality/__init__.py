"""The quality gate: how much of its corpus the readers get exactly right. See docs/quality.md."""
