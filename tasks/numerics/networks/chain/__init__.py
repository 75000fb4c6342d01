"""A network as a chain of layers, in Keras' words; nothing heavy is imported."""
