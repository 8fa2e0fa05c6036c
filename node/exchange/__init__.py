"""What nodes say to each other: publish, serve, pull, verify (see README.md and protocol.md)."""
