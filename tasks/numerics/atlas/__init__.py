"""What many series say of every variant: what is collected, its table, and what the table says. Nothing of one comparison's page."""
