"""Autoencoders: networks that give windows back."""
