"""Classification: networks that tell which class a window is of."""
