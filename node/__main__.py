"""Lets `python -m node` be the `footbridge` command."""

from node.cli import main

main()
