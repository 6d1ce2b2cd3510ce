"""The robot: it knows paths, an address and people's badges, writes bytes and calls HTTP, and imports nothing of the floor."""
