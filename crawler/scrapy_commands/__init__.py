"""Scrapy's commands as this project wants them (``COMMANDS_MODULE``): exit codes, and homes."""
