"""The pure core: bytes and dataclasses in, values or errors out.

Nothing here reads a clock, opens a socket, touches a session or knows the web. Whoever wants to
check how Footbridge decides what to believe reads this package and `schemas/protocol.md`; no
other code takes a trust decision. Start with `acceptance`.
"""
