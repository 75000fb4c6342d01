"""Audit: a published claim replayed over many seeds, shown, drawn and written."""
