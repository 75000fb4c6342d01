"""What goes on after a comparison, for months: champions that forecast, and how they did."""
