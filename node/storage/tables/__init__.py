"""The tables by subject, all in one `metadata`.

A change here needs a migration in `migrations/versions/`; a test compares both on both databases.
"""

from node.storage.tables import catalogue, keeping, logs, network
from node.storage.tables.base import metadata

__all__ = ["catalogue", "keeping", "logs", "metadata", "network"]
