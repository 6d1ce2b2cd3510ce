"""See README.md of the room above: each file here is a page with its fragments and forms."""
