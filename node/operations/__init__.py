"""Keeping a node: its processes, checking the whole store, saying what is wrong."""
