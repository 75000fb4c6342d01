"""Published claims and their replay over many seeds."""
