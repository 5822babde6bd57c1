"""Reading the archive again with today's parsers: ``khobao reextract``."""
