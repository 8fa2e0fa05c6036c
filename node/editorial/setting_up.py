"""The first steps of a new node, in the browser: each is done, skipped, or still open.

What is done is seen from what is there (a record, a partner, a colleague), not from a mark: whoever
does it another way has done it too. Only the rehearsal of the paper key leaves a mark. The key
itself was shown once, when the node was made; the node knows only the digest of its public half,
and that is all that is needed to say whether what somebody typed from paper is that key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from node.core.keys import SecretKey, key_digest
from node.editorial.choices import choices, choose
from node.editorial.drafting import begin
from node.editorial.rights import KEEP
from node.errors import BadInputError, DamageError
from node.exchange.context import own_origin
from node.exchange.paperkeys import from_paper, to_paper
from node.exchange.peers import add_peer, look_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.exchange.context import TransportFactory
    from node.storage import PeerRow, UnitOfWork
    from node.storage.drafts import DraftRow

ORGANISATION, LANGUAGES, PAPER, PARTNER, COLLEAGUES = STEPS = (
    "organisation",
    "languages",
    "paper",
    "partner",
    "colleagues",
)
DONE, SKIPPED, OPEN = "done", "skipped", "open"
#: Where it is kept which steps were skipped, and when the paper key was rehearsed.
KEPT_AS = "desk-steps"
#: Languages that texts may be asked for in: those of the Union's members and of many newcomers.
# fmt: off
OFFERED = (
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr",
    "ga", "gl", "hr", "hu", "it", "ka", "ku", "lt", "lv", "mt", "nb", "nl", "pl", "ps",
    "pt", "ro", "ru", "sk", "sl", "so", "sq", "sr", "sv", "ti", "tr", "uk", "ur", "zh",
)
# fmt: on


class OtherKeyError(BadInputError):
    """It is a recovery key, but not this node's."""

    code = "other-key"


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers at an address, as it says itself; only the oid cannot be made up."""

    oid: str
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class Setup:
    """How far the steps are."""

    steps: dict[str, str]
    #: A draft in which the organisation is being described.
    draft: DraftRow | None
    finished: bool

    @property
    def settled(self) -> int:
        """How many steps are done or skipped."""
        return sum(state != OPEN for state in self.steps.values())


def look(d: Editorial, by: Signed) -> Setup:
    """Return how far the steps are. Raises `PermissionDeniedError`."""
    by.who.require(KEEP)
    with d.database.reading() as uow:
        kept = uow.settings.get(KEPT_AS, {})
        chosen = choices(uow)
        done = {
            ORGANISATION: _described(uow),
            LANGUAGES: bool(chosen.languages),
            PAPER: bool(kept.get("rehearsed")),
            PARTNER: bool(uow.peers.all()),
            COLLEAGUES: uow.people.count() > 1 or bool(uow.sessions.invitations()),
        }
        drafts = [row for row in uow.drafts.many() if row.schema.startswith(f"{ORGANISATION}/")]
    skipped = kept.get("skipped", ())
    steps = {step: DONE if done[step] else SKIPPED if step in skipped else OPEN for step in STEPS}
    return Setup(steps, drafts[0] if drafts else None, chosen.set_up)


def is_open(d: Editorial) -> bool:
    """Say whether the first start's guide has not been finished yet."""
    with d.database.reading() as uow:
        return not choices(uow).set_up


def skip(d: Editorial, by: Signed, step: str, *, skipped: bool = True) -> None:
    """Leave a step for later, or take it up again. Raises `BadInputError` for no step."""
    by.who.require(KEEP)
    if step not in STEPS:
        raise BadInputError("There is no such step.", step=step)
    with d.database.writing() as uow:
        kept = uow.settings.get(KEPT_AS, {})
        others = [each for each in kept.get("skipped", ()) if each != step]
        uow.settings.put(KEPT_AS, kept | {"skipped": [*others, *([step] if skipped else [])]})


def finish(d: Editorial, by: Signed) -> None:
    """Put the guide away."""
    by.who.require(KEEP)
    with d.database.writing() as uow:
        choose(uow, replace(choices(uow), set_up=True))
        uow.audit.add(by.person.name, "node set up", {}, d.now())


def describe(d: Editorial, by: Signed) -> DraftRow:
    """Begin the record in which the organisation describes itself, or return the one begun.

    Raises `PermissionDeniedError` for a keeper who does not write.
    """
    found = look(d, by).draft
    if found is not None:
        return found
    language = by.person.language
    body = {
        "name": {language: d.settings.name},
        "language": language,
        "countries": [d.settings.country],
        "node_url": d.settings.url,
    }
    return begin(d, by, ORGANISATION, body=body)


def choose_languages(d: Editorial, by: Signed, languages: Sequence[str]) -> None:
    """Choose in which languages texts are asked for side by side. Raises `BadInputError`."""
    by.who.require(KEEP)
    if not languages or set(languages) - set(OFFERED):
        raise BadInputError("Choose at least one of these languages.")
    kept = tuple(code for code in OFFERED if code in languages)
    with d.database.writing() as uow:
        choose(uow, replace(choices(uow), languages=kept))
        uow.audit.add(by.person.name, "languages chosen", {"languages": list(kept)}, d.now())


def languages_of(d: Editorial) -> tuple[str, ...]:
    """Return the languages chosen, or those that the node itself speaks."""
    with d.database.reading() as uow:
        return choices(uow).languages or d.settings.languages


def rehearse(d: Editorial, by: Signed, typed: str) -> str:
    """Check a recovery key that was typed from paper; return it as it is written on paper.

    Nothing of it is kept but the day. Raises `OtherKeyError` when it is not this node's,
    `BadInputError` when it is none.
    """
    by.who.require(KEEP)
    seed = from_paper(typed)
    fits = key_digest(SecretKey.from_seed(seed).public)
    with d.database.writing() as uow:
        log = uow.logs.current(own_origin(uow))
        if log is None:
            raise DamageError("This node has no log of its own.", hint="Run `footbridge doctor`.")
        if fits not in log.epoch.next:
            raise OtherKeyError(
                "This is a recovery key, but not this node's.",
                hint="Look for the paper that was written when this node was made.",
            )
        kept = uow.settings.get(KEPT_AS, {})
        uow.settings.put(KEPT_AS, kept | {"rehearsed": d.now().date().isoformat()})
        uow.audit.add(by.person.name, "paper key rehearsed", {}, d.now())
    return to_paper(seed)


def rehearsed_on(d: Editorial) -> str:
    """Return the day on which the paper key was last rehearsed, "" for never."""
    with d.database.reading() as uow:
        return str(uow.settings.get(KEPT_AS, {}).get("rehearsed", ""))


def find_partner(
    d: Editorial, by: Signed, url: str, connect: TransportFactory, *, private_ok: bool
) -> Answering:
    """Ask a node who it is, without adding it. Raises as `node.exchange.peers.look_at`."""
    by.who.require(KEEP)
    info = look_at(d.exchange, url, connect, private_ok=private_ok)
    return Answering(info.oid, info.name, info.country)


def add_partner(
    d: Editorial, by: Signed, url: str, oid: str, connect: TransportFactory, *, private_ok: bool
) -> PeerRow:
    """Add the node whose identity was compared. Raises as `node.exchange.peers.add_peer`."""
    by.who.require(KEEP)
    peer = add_peer(d.exchange, url, connect, oid=oid, private_ok=private_ok)
    with d.database.writing() as uow:
        uow.audit.add(by.person.name, "partner added", {"peer": peer.id, "oid": oid}, d.now())
    return peer


def _described(uow: UnitOfWork) -> bool:
    return any(row.kind == ORGANISATION for row in uow.records.by_origin(own_origin(uow)))
