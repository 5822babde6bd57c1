"""Spiders decide what to fetch next, nothing else."""
