"""See README.md of the room above: each file here is one subcommand of `floor`."""
