"""What `interlayer serve` and work pools run: the flows as deployments."""
