"""The Atlas for people: a page that opens offline, and tables on the terminal."""
