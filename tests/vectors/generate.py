"""Writes `schemas/vectors/`: what somebody needs who builds a node without seeing this code.

    python -m tests.vectors.generate

Everything comes from fixed seeds and fixed times, so that a run gives the same bytes. The test
beside this file runs it and compares, and checks every case with the independent implementation
in `tests/reference/protocol.py`. A published vector never changes; new ones may be added.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.vectors import cases_bytes, cases_log, cases_records

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).resolve().parents[2] / "schemas" / "vectors"

FILES: dict[str, Callable[[], Any]] = {
    "canonical.json": cases_bytes.canonical,
    "keys.json": cases_bytes.keys,
    "proofs.json": cases_bytes.proofs,
    "tree.json": cases_bytes.tree,
    "epochs.json": cases_log.epochs,
    "statements.json": cases_log.statements,
    "log.json": cases_log.log,
    "checkpoints.json": cases_log.checkpoints,
    "contents.json": cases_log.contents,
    "proof-files.json": cases_log.proof_files,
    "record-files.json": cases_records.record_files,
    "heads.json": cases_log.heads,
}


def render(name: str) -> bytes:
    """Return the bytes of one file."""
    return (json.dumps(FILES[name](), indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (FOLDER / name).write_bytes(render(name))


if __name__ == "__main__":
    main()
