"""Outgoing HTTP: bounded requests to peers, and the typed client on top of them."""
