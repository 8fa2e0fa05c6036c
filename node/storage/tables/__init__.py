"""The tables by subject, all in one `metadata`.

A change here needs a migration in `migrations/versions/`; a test compares both on both databases.
"""

from node.storage.tables import catalogue, desk, keeping, logs, network, people
from node.storage.tables.base import metadata

__all__ = ["catalogue", "desk", "keeping", "logs", "metadata", "network", "people"]
