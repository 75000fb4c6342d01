"""Keras itself as what trains networks: for what the fused engine has not, in processes of its own, to the same results."""
