"""How the Atlas is collected: which series are visited, what is kept of each as soon as it is there, and the table of it all."""
