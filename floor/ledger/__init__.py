"""The order ledger: promise and value."""
