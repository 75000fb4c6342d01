"""Trains the blocks that are not known yet: in threads, by Keras, or by workers."""
