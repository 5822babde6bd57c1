"""What other people's tools say of our files: the table in docs/archive.md, and who makes it."""
