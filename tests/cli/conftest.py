"""The command line, run in this process as a person would type it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from node.cli import main
from tests.support.nodes import practice

Run = Callable[..., Result]

BODY = dict(practice("Conversation groups in the library").body)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path) -> Run:
    """Run `footbridge --home HOME …` and return its result."""
    runner = CliRunner()

    def call(*words: str, stdin: bytes | None = None) -> Result:
        return runner.invoke(main, ["--home", str(home), *words], input=stdin)

    return call


@pytest.fixture
def made(run: Run) -> Run:
    """The same, in a home that `init` has made."""
    done = run("init", "--name", "Casa Puente", "--country", "es", "--url", "http://127.0.0.1:8321")
    assert done.exit_code == 0, done.output
    return run


@pytest.fixture
def record_file(tmp_path: Path) -> Path:
    path = tmp_path / "practice.json"
    path.write_text(json.dumps({"kind": "good-practice", "body": BODY}), encoding="utf-8")
    return path
