"""What the core says about itself: sections that exist, limits that agree, errors named."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from node.core import limits

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "node" / "core").glob("*.py"))
PROTOCOL = (ROOT / "schemas" / "protocol.md").read_text(encoding="utf-8")
HEADINGS = {
    re.sub(r"^\d+\. ", "", heading) for heading in re.findall(r"^##+ (.+)$", PROTOCOL, re.MULTILINE)
}

modules = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)


@modules
def test_every_section_that_a_module_names_is_in_the_specification(path: Path) -> None:
    text = re.sub(r"\s+", " ", path.read_text(encoding="utf-8"))
    named = set(re.findall(r'protocol\.md`,? "([^"]+)"', text))
    assert named <= HEADINGS


@modules
def test_every_public_function_names_the_errors_that_it_raises(path: Path) -> None:
    for function in public_functions(ast.parse(path.read_text(encoding="utf-8"))):
        documented = ast.get_docstring(function) or ""
        assert documented, function.name
        raised = {
            call.exc.func.id
            for call in ast.walk(function)
            if isinstance(call, ast.Raise)
            and isinstance(call.exc, ast.Call)
            and isinstance(call.exc.func, ast.Name)
            and call.exc.func.id.endswith("Error")
        }
        missing = {name for name in raised if name not in documented}
        assert not missing, f"{path.stem}.{function.name} does not name {missing}"


def public_functions(tree: ast.Module) -> list[ast.FunctionDef]:
    owners = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]
    return [
        node
        for owner in owners
        for node in owner.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("statement | 16 KiB", limits.MAX_STATEMENT == 16 * limits.KIB),
        ("content | 256 KiB", limits.MAX_CONTENT == 256 * limits.KIB),
        ("page of entries | 256 lines, 4 MiB", limits.PAGE_LINES == 256),
        ("page of entries | 256 lines, 4 MiB", limits.MAX_PAGE == 4 * limits.MIB + 256),
        ("answer of contents | 8 MiB", limits.MAX_CONTENTS_ANSWER == 8 * limits.MIB),
        ("note | 16 KiB, 32 signature lines", limits.MAX_NOTE == 16 * limits.KIB),
        ("note | 16 KiB, 32 signature lines", limits.MAX_NOTE_SIGNATURES == 32),
        ("hashes in a path | 64", limits.MAX_PATH == 64),
        ("proof file | 20 KiB", limits.MAX_PROOF_FILE == 20 * limits.KIB),
        ("page of heads | 1 MiB", limits.MAX_HEADS == limits.MIB),
        ("nesting of JSON | 32", limits.MAX_NESTING == 32),
        ("base58 text | 128 characters", limits.MAX_BASE58 == 128),
        ("recovery keys of an epoch | 3", limits.MAX_NEXT == 3),
        ("renewal of the dated line | at least every 24 hours", limits.RENEW_EVERY == 86_400),
        ("ahead of the reader's clock | 24 hours", limits.MAX_FUTURE == 86_400),
    ],
)
def test_the_limits_are_those_of_the_specification(row: str, value: bool) -> None:
    assert row in PROTOCOL
    assert value


def test_a_page_of_the_longest_statements_fits_into_its_limit() -> None:
    page = (b"x" * limits.MAX_STATEMENT + b"\n") * limits.PAGE_LINES
    assert len(page) == limits.MAX_PAGE
