"""Making the database again from the archive alone: ``khobao rebuild``."""
