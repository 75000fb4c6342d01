"""Keras itself as what trains networks: for what the fused engine does not have, in processes of its own, to the same results."""
