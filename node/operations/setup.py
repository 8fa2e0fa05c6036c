"""A new node home, all of it or nothing.

Everything is made in a folder beside the home, which is renamed when it is complete: an
interrupted `init` leaves no half-made node that looks like one.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from node.config import SETTINGS_FILE
from node.contract.codes import is_country
from node.contract.guessing import nearest_country
from node.errors import BadInputError, DamageError
from node.exchange.identity import create_origin
from node.exchange.peers import clean_url
from node.home import open_home

DEFAULT_PORT = 8080
MAX_NAME = 200


@dataclass(frozen=True)
class NewNode:
    """What a person must see once: where the node is, who it is, its recovery key for paper."""

    home: Path
    oid: str
    recovery_key: str


def initialise(
    home: Path,
    *,
    name: str,
    country: str,
    url: str,
    database_url: str = "",
    host: str | None = None,
    port: int | None = None,
    **settings: object,
) -> NewNode:
    """Make a node home in `home`, which must not exist yet or be empty.

    `settings` are further entries of `node.config.Settings`. Raises `BadInputError` for a wrong
    name, country or address, and `DamageError` when the folder is taken or cannot be written.
    """
    if not name.strip() or len(name) > MAX_NAME or "\n" in name:
        raise BadInputError(f"A name has 1 to {MAX_NAME} characters on one line.")
    country = country.upper()
    if not is_country(country):
        near = nearest_country(country)
        raise BadInputError(
            f"{country!r} is not a country code.",
            hint=f"Did you mean {near}?" if near else "Two letters, such as ES, GR or DK.",
        )
    address = clean_url(url)
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise DamageError(
            f"{home} is already there and not empty; nothing was changed.",
            hint="Choose another folder with --home, or start that node with `footbridge run`.",
        )
    asked = urlsplit(url.strip())
    values: dict[str, object] = {
        "name": name.strip(),
        "country": country,
        "url": address,
        "host": host or "127.0.0.1",
        "port": port or (_is_loopback(asked.hostname or "") and asked.port) or DEFAULT_PORT,
        **({"database_url": database_url} if database_url else {}),
        **settings,
    }
    making = home.with_name(f".{home.name}.new-{os.getpid()}")
    try:
        making.mkdir(mode=0o700, parents=True)
        (making / SETTINGS_FILE).write_text(_toml(values), encoding="utf-8")
        node = open_home(making, migrate=True, new=True)
        try:
            created = create_origin(node.exchange, making / "keys")
        finally:
            node.close()
        if home.exists():
            home.rmdir()
        making.rename(home)
    except OSError as error:
        raise DamageError(
            f"The home {home} cannot be made: {error.strerror}.",
            hint="Check that the folder above it exists and that you may write there.",
        ) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return NewNode(home=home, oid=created.oid, recovery_key=created.recovery_key)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _toml(values: dict[str, object]) -> str:
    lines = [
        "# Settings of this Footbridge node. Every name, unit and default: `node/config.py`.",
        "# An environment variable FOOTBRIDGE_<NAME> wins over a line here.",
    ]
    for name, value in values.items():
        if isinstance(value, str) and re.search(r"[\x00-\x1f\x7f]", value):
            raise BadInputError(f"The setting {name} holds a control character.")
        # A JSON string, integer or boolean is also a TOML one.
        lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
