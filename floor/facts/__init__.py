"""See README.md of the room above."""
