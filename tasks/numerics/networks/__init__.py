"""What is trained, and how: layers, variants, cells, memory layouts, compiled programs. Nothing here knows where windows come from or how a forecast is scored."""
