"""A Debian kernel in an emulator, with USB scanners and a printer made of gadgets, and the shipped units on them."""
