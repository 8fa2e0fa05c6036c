"""The keeper's pages of partners: add one after comparing, look after it, evidence, erasures."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from node.editorial import keeping, setting_up
from node.editorial.access_views import answered, desk, me, say, staff
from node.editorial.rights import KEEP
from node.errors import (
    BadInputError,
    ConflictError,
    NotFoundError,
    PeerMisbehavesError,
    PeerUnreachableError,
)
from node.exchange.pages import STATES
from node.web.context import runtime
from node.web.names import known_names
from node.web.words import gettext as _
from node.web.words import ngettext

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    from node.errors import FootbridgeError

    Page = str | tuple[str, int] | AnyResponse

#: Seconds in which a node must have said who it is, while a person waits.
PATIENCE = 15


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    rule, post, one = blueprint.add_url_rule, ["POST"], "/network/<int:peer>"
    rule("/network", "keeper_network", network)
    rule("/network/add", "keeper_network_add", add, methods=["GET", "POST"])
    rule("/network/missing", "keeper_missing", missing, methods=post)
    rule("/network/erasures", "keeper_erasures", erasures, methods=post)
    rule(one, "keeper_peer", peer_page)
    rule(f"{one}/pause", "keeper_pause", pause, methods=post)
    rule(f"{one}/resume", "keeper_resume", resume, methods=post)
    rule(f"{one}/sync", "keeper_sync", sync, methods=post)
    rule(f"{one}/block", "keeper_block", block, methods=post)
    rule(f"{one}/remove", "keeper_remove", remove, methods=post)


@staff(KEEP)
def network() -> str:
    """Show every partner, what waits for the keeper's word, and what is kept as evidence."""
    return render_template(
        "desk/network.html",
        needs=keeping.network(desk(), me()),
        names=known_names(),
        own=desk().exchange.own_oid(),
        url=desk().settings.url,
    )


@staff(KEEP)
def add() -> Page:
    """Look who answers at an address, and add that node once its identity was compared."""
    form = request.form
    url = form.get("url", "").strip()
    if request.method == "GET":
        return _add_page("", {})
    connect = partial(runtime().transport, patience=PATIENCE)
    try:
        # The keeper typed this address, so it may be in the keeper's own network.
        private = runtime().is_private(url)
        if not form.get("oid"):
            found = setting_up.find_partner(desk(), me(), url, connect, private_ok=private)
            return render_template("desk/network_compare.html", url=url, found=found)
        peer = setting_up.add_partner(desk(), me(), url, form["oid"], connect, private_ok=private)
    except (BadInputError, PeerUnreachableError, PeerMisbehavesError) as error:
        page = _add_page(url, {"url": _fault(error)})
        return answered(HTTPStatus.UNPROCESSABLE_ENTITY, page)
    say(_("%(name)s is a partner now. What it has published comes over by itself.", name=peer.name))
    return redirect(url_for("desk.keeper_peer", peer=peer.id))


@staff(KEEP)
def missing() -> Page:
    """Ask at once for what no partner has brought yet."""
    if keeping.ask_for_missing(desk(), me()):
        say(_("All partners are asked now. What they have arrives within moments."))
    else:
        say(_("Nothing is missing."))
    return redirect(url_for("desk.keeper_network"))


@staff(KEEP)
def erasures() -> Page:
    """Let the many erasures of an origin be carried out."""
    done = keeping.confirm_erasures(desk(), me(), request.form.get("oid", ""))
    say(ngettext("%(num)s record is erased now.", "%(num)s records are erased now.", done))
    return redirect(url_for("desk.keeper_network"))


@staff(KEEP)
def peer_page(peer: int) -> str:
    """Show one partner: how it stands, past rounds, what can be done."""
    return _peer_page(peer, {})


@staff(KEEP)
def pause(peer: int) -> Page:
    """Fetch nothing until it is resumed."""
    row = keeping.pause(desk(), me(), peer)
    say(_("Nothing is fetched from %(name)s until you take it up again.", name=row.name))
    return _to(peer)


@staff(KEEP)
def resume(peer: int) -> Page:
    """Fetch from a partner again."""
    row = keeping.resume(desk(), me(), peer)
    say(_("%(name)s is followed again.", name=row.name))
    return _to(peer)


@staff(KEEP)
def sync(peer: int) -> Page:
    """Fetch from a partner as soon as the worker can."""
    try:
        row = keeping.sync_soon(desk(), me(), peer)
    except NotFoundError:
        raise
    except ConflictError:
        say(_("This partner is paused or blocked. Take it up again first."))
    else:
        say(_("%(name)s is asked now. Look again in a moment.", name=row.name))
    return _to(peer)


@staff(KEEP)
def block(peer: int) -> Page:
    """Stop all exchange with a partner and hide what it published."""
    try:
        row = keeping.block(desk(), me(), peer, request.form.get("reason", ""))
    except NotFoundError:
        raise
    except BadInputError:
        fault = {"reason": _("Say why, for those who keep this node after you.")}
        return answered(HTTPStatus.UNPROCESSABLE_ENTITY, _peer_page(peer, fault))
    say(
        _(
            "%(name)s is blocked: its records are hidden here, and nothing is deleted.",
            name=row.name,
        )
    )
    return _to(peer)


@staff(KEEP)
def remove(peer: int) -> Page:
    """Forget a partner's address; its records stay."""
    row = keeping.remove(desk(), me(), peer)
    say(_("%(name)s is no partner any more. Its records stay, verified.", name=row.name))
    return redirect(url_for("desk.keeper_network"))


def _add_page(url: str, faults: dict[str, str]) -> str:
    return render_template(
        "desk/network_add.html",
        url=url,
        faults=faults,
        oid=desk().exchange.own_oid(),
        own_url=desk().settings.url,
    )


def _peer_page(peer: int, faults: dict[str, str]) -> str:
    view = keeping.one_peer(desk(), me(), peer)
    return render_template(
        "desk/network_peer.html",
        view=view,
        colour=STATES[view.state.condition],
        names=known_names(),
        faults=faults,
        typed=request.form,
    )


def _to(peer: int) -> AnyResponse:
    return redirect(url_for("desk.keeper_peer", peer=peer))


def _fault(error: FootbridgeError) -> str:
    if isinstance(error, ConflictError):
        return _("This node is a partner already.")
    if isinstance(error, PeerUnreachableError):
        return _("No node answers at this address just now. Ask your partner whether it is right.")
    if isinstance(error, PeerMisbehavesError):
        return _("What answers at this address is no Footbridge node.")
    return _(
        "There is no partner's node at this address. It looks like https://node.example.org, is "
        "not your own, and still has the identity that you compared."
    )
