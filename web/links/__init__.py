"""See README.md of the room above: each file here is a link to one outside."""
