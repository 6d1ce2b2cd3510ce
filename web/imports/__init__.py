"""See README.md: each file named after a kind is one thing that `floor import` brings in."""
