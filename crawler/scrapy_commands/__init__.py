"""Scrapy's commands as this project wants them (``COMMANDS_MODULE``): exit codes, and homes."""

LOOKING = {"KHOBAO_SCRATCH_HOME": True}
"""Settings of commands that look at a page and keep nothing."""
