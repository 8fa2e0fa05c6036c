"""In continuous integration the published vectors must be there: skipping would hide a hole."""

from __future__ import annotations

import hashlib
import os

import pytest

from tests.support.vectors import VECTORS, needs_vectors, read_json


@pytest.mark.skipif(os.environ.get("CI") != "true", reason="only where CI=true is set")
def test_the_vectors_are_beside_the_checkout() -> None:
    assert VECTORS.is_dir()


@needs_vectors
def test_every_vector_file_is_the_one_that_its_manifest_names() -> None:
    files = read_json("MANIFEST.json")
    assert files
    for entry in files:
        data = (VECTORS / entry["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"], entry["file"]
