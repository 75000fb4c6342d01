"""What a result says: overview, causes, conclusions, tables of words, and what trackers are told. Nothing here computes a score."""
