"""The network's border: every byte that crosses it is archived before anything parses it."""
