"""What goes on around a crawl: the run's own record, and its progress."""
