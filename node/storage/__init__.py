"""What a node keeps: the database behind a unit of work, files by digest, keys, high-water marks.

Everybody else sees `Database`, `UnitOfWork`, the frozen rows below and types of `node.core`;
SQLAlchemy does not leave this package. See README.md for every store and its methods.
"""

from node.storage.blobs import BlobStore, FileBlobStore
from node.storage.database import Database
from node.storage.entries import EntryRow
from node.storage.evidence import EvidenceRow
from node.storage.files import BlobRow
from node.storage.highwater import HighWater
from node.storage.keyfiles import read_key, write_key
from node.storage.links import LinkRow
from node.storage.logs import Log
from node.storage.origins import OriginRow
from node.storage.peers import PeerRow
from node.storage.records import RecordRow
from node.storage.rounds import RoundRow
from node.storage.uow import UnitOfWork
from node.storage.work import WorkRow

__all__ = [
    "BlobRow",
    "BlobStore",
    "Database",
    "EntryRow",
    "EvidenceRow",
    "FileBlobStore",
    "HighWater",
    "LinkRow",
    "Log",
    "OriginRow",
    "PeerRow",
    "RecordRow",
    "RoundRow",
    "UnitOfWork",
    "WorkRow",
    "read_key",
    "write_key",
]
