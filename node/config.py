"""Settings of one node: frozen, typed, each with a unit and a default.

They come from three places, later ones winning: the defaults below, ``settings.toml`` in the
node's home, and environment variables named ``FOOTBRIDGE_`` and the setting in capitals. A wrong
value stops the start with a sentence that names the setting. What the *protocol* fixes for
everybody (page length, statement size) is not a setting and stands in `node.core.limits`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from environs import Env, EnvError

from node.errors import BadInputError, DamageError

SETTINGS_FILE = "settings.toml"
MAX_PORT = 65535
#: Settings that are one of a few words. Joining: the policies of `node.core.sameness`.
CHOICES = {
    "join_duplicates": ("none", "authors", "all"),
    "smtp_security": ("starttls", "tls", "none"),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything a node's keeper can choose. Times are seconds, sizes are bytes."""

    home: Path
    #: The organisation's name as peers see it before they hold its organisation record.
    name: str
    #: ISO 3166-1 alpha-2.
    country: str
    #: The public address of this node, without a slash at the end.
    url: str
    #: SQLAlchemy address; empty means SQLite in the home.
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    #: The folder of the shared contract; empty means the one that came with the program. For
    #: trying a new kind or vocabulary before it is agreed.
    schemas: str = ""

    #: Pull from each peer about this often; a fifth is added or taken at random.
    sync_interval: int = 300
    #: Tell peers at once when something was published here.
    announce: bool = True
    #: How often the worker looks for work that is due, in milliseconds.
    poll_interval_ms: int = 200
    #: Ask, before publishing from the command line, whether the addresses in a record still answer.
    check_links: bool = True
    #: A peer that fails is tried again after this long, doubled each time up to `backoff_max`.
    backoff_first: int = 30
    backoff_max: int = 6 * 3600
    #: Another worker may take over a round whose worker was silent for this long.
    lease: int = 120

    #: Deadlines for one request and one round, and the slowest acceptable answer.
    request_deadline: int = 60
    round_deadline: int = 3600
    min_bytes_per_second: int = 1024

    #: The largest file taken from a peer, and whether files are fetched: all, small, none.
    blob_max: int = 25 * 1024 * 1024
    blob_policy: str = "all"
    blob_small: int = 1024 * 1024
    #: The largest file that staff may add to a draft, and what all drafts' files may fill together.
    #: A file above the partners' `blob_max` is not taken over by them.
    upload_max: int = 25 * 1024 * 1024
    upload_quota: int = 2 * 1024**3
    #: Where a ClamAV daemon looks into what staff add: host:port or the path of its socket; empty:
    #: nothing is scanned.
    clamd: str = ""
    #: A server that speaks LibreTranslate's API and suggests translations; empty: none. It is sent
    #: what is published already. A server in a private network has to be allowed.
    libretranslate_url: str = ""
    libretranslate_key: str = ""
    libretranslate_private: bool = False
    #: Single sign-on by OpenID Connect: the issuer, exactly as the provider writes it; empty: none.
    #: What this node is called there, the secret (none: PKCE alone), and the name on the button.
    #: A provider in a private network, or on this machine, has to be allowed.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""
    oidc_private: bool = False
    #: What one origin may fill here, contents and files together.
    origin_quota: int = 2 * 1024**3
    #: Unknown origins one peer may introduce in a day before the keeper is asked.
    new_origins_a_day: int = 20

    #: Erased content is deleted after this long, so that a mistaken erase can be talked about.
    erase_delay: int = 72 * 3600
    #: More erasures than this from one origin within a day wait for the keeper.
    erasures_a_day: int = 20

    #: Whose claims that two records are the same join them in search: none, authors (the authors of
    #: both, and this node), all. What the keeper decided of two records always comes first.
    join_duplicates: str = "authors"

    #: The IANA name of the organisation's time zone, for moments that its people choose.
    timezone: str = "UTC"

    #: The mail server that invitations and notices go out by; none when `smtp_host` is empty.
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    #: The address that mail comes from.
    smtp_from: str = ""
    #: How the way to the mail server is kept private: starttls, tls, none.
    smtp_security: str = "starttls"

    #: Languages of the interface, the first is the default.
    languages: tuple[str, ...] = field(default=("en", "es", "el", "ar"))

    @property
    def database(self) -> str:
        """Return the SQLAlchemy address of the database in use."""
        return self.database_url or f"sqlite:///{self.home / 'node.db'}"


def load_settings(home: Path, **overrides: Any) -> Settings:
    """Read the settings of the node in `home`.

    `overrides` win over file and environment; the command line's options come this way.
    Raises `DamageError` when the home or its settings file is missing or cannot be read, and
    `BadInputError` when a value is not of its type or a setting is unknown.
    """
    path = home / SETTINGS_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DamageError(
            f"There is no node in {home}: it has no {SETTINGS_FILE}.",
            hint="Name the right folder with --home, or make a node with `footbridge init`.",
        ) from error
    except OSError as error:
        raise DamageError(
            f"{path} cannot be read: {error.strerror}.",
            hint="Run as the user that owns the node's home.",
        ) from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInputError(f"{path} is not valid TOML: {error}.") from error
    return _build(home, path, values, overrides)


def _build(home: Path, path: Path, values: dict[str, Any], overrides: dict[str, Any]) -> Settings:
    known = {f.name: f for f in fields(Settings) if f.name != "home"}
    for name in values:
        if name not in known:
            raise BadInputError(
                f"{path} has a setting that this version does not know: {name}.",
                hint="Check its spelling, or remove the line.",
                setting=name,
            )
    values = values | _from_environment(known) | overrides
    if "languages" in values:
        values["languages"] = tuple(values["languages"])
    for name, value in values.items():
        expected = known[name].type
        if not _fits(value, str(expected)):
            raise BadInputError(
                f"The setting {name} is {value!r}, which is not of the type {expected}.",
                hint=f"Correct it in {path} or in the environment.",
                setting=name,
            )
        if name == "port" and not 1 <= value <= MAX_PORT:
            raise BadInputError(
                f"The setting port is {value}, and a port is a number from 1 to {MAX_PORT}.",
                hint=f"Correct it in {path} or in the environment.",
                setting=name,
            )
        if name in CHOICES and value not in CHOICES[name]:
            raise BadInputError(
                f"The setting {name} is {value!r}, and it is one of {', '.join(CHOICES[name])}.",
                hint=f"Correct it in {path} or in the environment.",
                setting=name,
            )
    _check_whole(path, values)
    return Settings(home=home, **values)


def _check_whole(path: Path, values: dict[str, Any]) -> None:
    if values.get("smtp_host") and "@" not in str(values.get("smtp_from", "")):
        raise BadInputError(
            f"{path} names a mail server but not the address that mail comes from.",
            hint='Add a line such as smtp_from = "desk@organisation.example".',
            setting="smtp_from",
        )
    if values.get("oidc_issuer"):
        _check_provider(path, values)
    for name in ("name", "country", "url"):
        if not values.get(name):
            raise BadInputError(f"{path} lacks the setting {name}.", setting=name)


def _check_provider(path: Path, values: dict[str, Any]) -> None:
    scheme = "https://" if not values.get("oidc_private") else ("https://", "http://")
    issuer, client = str(values["oidc_issuer"]), str(values.get("oidc_client_id", ""))
    secret = str(values.get("oidc_client_secret", ""))
    wrong = ""
    if not issuer.startswith(scheme) or "?" in issuer or "#" in issuer:
        wrong, hint = "oidc_issuer", "Write it as the provider does, with https:// before it."
    elif not client or not f"{client}{secret}".isascii():
        wrong, hint = "oidc_client_id", "The provider gives it, with a secret, for this node."
    if wrong:
        raise BadInputError(
            f"{path} names a provider of single sign-on, and {wrong} is missing or wrong.",
            hint=hint,
            setting=wrong,
        )


def _fits(value: object, expected: str) -> bool:
    if expected == "int":
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return isinstance(value, {"str": str, "bool": bool}.get(expected, tuple))


def _from_environment(known: dict[str, Any]) -> dict[str, Any]:
    env = Env(prefix="FOOTBRIDGE_")
    found: dict[str, Any] = {}
    readers: dict[str, Callable[..., Any]] = {"int": env.int, "bool": env.bool, "str": env.str}
    for name, spec in known.items():
        read = readers.get(str(spec.type), env.list)
        try:
            value = read(name.upper(), default=None)
        except EnvError as error:
            raise BadInputError(
                f"The environment variable FOOTBRIDGE_{name.upper()} is wrong: {error}.",
                setting=name,
            ) from error
        if value is not None:
            found[name] = value
    return found
