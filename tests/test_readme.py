"""What the README and the deployment notes tell people to type is what the program understands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from node.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "footbridge --home"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "deploy" / "README.md"]


def typed_commands() -> list[str]:
    """Give every `footbridge …` that a page tells people to type, joined over line ends."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        lines = [line.strip() for line in text.splitlines() if line.startswith("    ")]
        lines += re.findall(r"`(footbridge [^`]+)`", text)
        found += [line[line.index(COMMAND) :] for line in lines if COMMAND in line]
    return found


@pytest.mark.parametrize("line", typed_commands())
def test_a_command_in_the_notes_is_understood(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    done = CliRunner().invoke(main, [*words, "--help"])
    assert done.exit_code == 0, done.output
    assert "Usage:" in done.output


def test_the_notes_name_commands_at_all() -> None:
    assert len(typed_commands()) >= 5


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert len(done.output.splitlines()) > 4


def test_every_picture_and_page_that_the_readme_points_to_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)\)", text)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
