"""What runs inside the emulated machine, as root: it plays the operator, the person with the scanner, and the judge."""
