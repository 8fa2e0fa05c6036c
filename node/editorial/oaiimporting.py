"""A repository (OAI-PMH) becomes drafts: an import whose rows come answer by answer.

One answer is one step of the worker and one transaction with the token by which the repository
goes on, so a worker that dies loses nothing. A record is recognised by the repository's address and
its identifier there. What ends an import early keeps the token, and it can go on from there.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from node.editorial import importfiles
from node.editorial.arranging import Arrangement
from node.editorial.importing import MAX_NAME, ask_for_work, kind_called, make_room, mine
from node.editorial.oaireading import HEADINGS, TARGETS, RepositoryError, root_of
from node.editorial.oaisteps import OAI, ask, is_oai, request_address
from node.editorial.webreading import KIND
from node.errors import BadInputError, ConflictError
from node.storage.imports import FAILED, RUNNING, ImportRow

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed

#: Words of a request that are no part of a repository's address.
_WORDS = frozenset(
    {"verb", "metadataPrefix", "resumptionToken", "set", "from", "until", "identifier"}
)
#: What ended an import so that its token is worth nothing any more.
_ANEW = frozenset({"badResumptionToken", "oai-loops"})


def base_of(address: str) -> tuple[str, str]:
    """Return a repository's address and the set that was named. Raises `BadInputError`."""
    try:
        parts = urlsplit(address.strip())
        words = parse_qsl(parts.query)
    except ValueError as error:
        raise BadInputError("This is not the address of a repository.") from error
    rest = urlencode([(name, value) for name, value in words if name not in _WORDS])
    host, scheme = parts.netloc.lower(), parts.scheme.lower()
    return f"{scheme}://{host}{parts.path}{'?' if rest else ''}{rest}", dict(words).get("set", "")


def is_repository(d: Editorial, address: str) -> bool:
    """Say whether an address is a repository's: by its words, or because it answers as one."""
    if "verb" in dict(parse_qsl(urlsplit(address).query)):
        return True
    try:
        _identify(d, base_of(address)[0])
    except (RepositoryError, BadInputError):
        return False
    return True


def _identify(d: Editorial, base: str) -> str:
    page = ask(d, request_address(base, {"verb": "Identify"}))
    found = root_of(page.body, page.media_type, "Identify")
    space = found.tag.partition("}")[0] + "}"
    return " ".join(found.findtext(f"{space}repositoryName", "").split())


def begin(d: Editorial, by: Signed, address: str, lang: str) -> ImportRow:
    """Begin to import a repository; the worker goes on. Raises `BadInputError`, `RepositoryError`.

    `lang` is taken where a record says no language.
    """
    by.who.require("write")
    kind = kind_called(d, KIND)
    base, named = base_of(address)
    name = _identify(d, base)
    make_room(d, by)
    number = str(uuid.uuid4())
    listed = "oai:" + hashlib.sha256(base.encode()).hexdigest()
    arranged = Arrangement(TARGETS, lang, lang, key=0, list=listed, incomplete=True)
    at = {"base": base, "set": named, "token": "", "seen": [], "pages": 0, "since": 0}
    report = {"format": OAI, "encoding": "", "headings": [*HEADINGS], "first": [], "oai": at}
    row = ImportRow(
        id=number,
        person=by.person.id,
        name=(name or base)[:MAX_NAME],
        schema=kind.schema,
        state=RUNNING,
        mapping=arranged.as_json(),
        rows=0,
        done=0,
        report=report | {"counts": {}, "drafts": []},
        at=d.now(),
    )
    importfiles.folder_of(d, number).mkdir(mode=0o700, parents=True, exist_ok=True)
    with d.database.writing() as uow:
        uow.imports.add(row)
        detail = {"import": number, "address": base[:300]}
        uow.audit.add(by.person.name, "import begun", detail, d.now())
        ask_for_work(d, uow, number)
    return row


def go_on(d: Editorial, by: Signed, number: str) -> None:
    """Go on with an import that stopped: where it was, or anew where that place is lost."""
    row = mine(d, by, number)
    by.who.require("write")
    if not is_oai(row) or row.state != FAILED:
        raise ConflictError("This import has not stopped. Nothing was changed.")
    anew = row.report.get("why_code") in _ANEW
    done = 0 if anew else row.done
    at = {**row.report["oai"], "pages": 0, "since": done}
    report = {**row.report, "why": "", "why_code": ""}
    if anew:
        at |= {"token": "", "seen": []}
        report |= {"counts": {}, "drafts": []}
        importfiles.forget_bad(d, number)
    with d.database.writing() as uow:
        uow.imports.change(number, state=RUNNING, done=done, report=report | {"oai": at})
        uow.audit.add(by.person.name, "import begun", {"import": number}, d.now())
        ask_for_work(d, uow, number)
