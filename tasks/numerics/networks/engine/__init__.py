"""What is compiled: training of many replicas of a chain of layers, and what they do inside."""
