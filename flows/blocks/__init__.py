"""What is trained: blocks of seeds, as jobs before and as sealed files after."""
