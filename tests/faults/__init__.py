"""Faults on purpose: processes killed, writes that fail, interrupts and crowds, each at a seeded moment."""
