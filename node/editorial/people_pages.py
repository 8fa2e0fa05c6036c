"""The keeper's page of people: who is here, invitations, roles, links, leaving and coming back."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from node.editorial import invitations, people
from node.editorial.access_views import answered, desk, me, say, staff
from node.editorial.choices import choices, choose
from node.editorial.mail import MailFailedError
from node.editorial.rights import KEEP, ROLES, WRITE
from node.editorial.role_pages import role_help, role_names
from node.editorial.sign_pages import account_faults
from node.errors import BadInputError, ConflictError, NotFoundError
from node.storage.sessions import INVITE
from node.web.words import gettext as _
from node.web.words import ngettext

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    from node.editorial.invitations import Invited

    Page = str | tuple[str, int] | AnyResponse


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    post, rule = ["POST"], blueprint.add_url_rule
    rule("/people", "people", everybody)
    rule("/people/required", "people_required", required, methods=post)
    rule("/people/invite", "people_invite", invite, methods=["GET", "POST"])
    rule("/people/invitations", "people_cancel", cancel, methods=post)
    rule("/people/<int:person>", "person", one)
    rule("/people/<int:person>/roles", "person_roles", roles, methods=post)
    rule("/people/<int:person>/link", "person_link", link, methods=post)
    rule("/people/<int:person>/leave", "person_leave", leave, methods=post)
    rule("/people/<int:person>/back", "person_back", back, methods=post)


@staff(KEEP)
def everybody() -> str:
    """List everybody, and the invitations that wait."""
    d, by = desk(), me()
    with d.database.reading() as uow:
        chosen = choices(uow)
    return render_template(
        "desk/people.html",
        lines=people.everybody(d, by),
        waiting=invitations.waiting(d, by),
        roles=role_names(),
        required=chosen.second_factor_required,
    )


@staff(KEEP)
def required() -> Page:
    """Ask keepers and editors for a second factor, or not any more."""
    d, wanted = desk(), bool(request.form.get("required"))
    who = people.keeping(d, me())
    with d.database.writing() as uow:
        choose(uow, replace(choices(uow), second_factor_required=wanted))
        uow.audit.add(who, "second factor required", {"required": wanted}, d.now())
    if wanted:
        say(_("Keepers and editors are led to set up a second step when they next open the desk."))
    else:
        say(_("Everybody may sign in with a password alone."))
    return redirect(url_for("desk.people"))


@staff(KEEP)
def invite() -> Page:
    """Invite somebody: a link that is shown once, and sent where a mail server is set."""
    form = request.form
    if request.method == "GET":
        return _invite_page({}, [])
    held = [role for role in ROLES if role in form.getlist("roles")]
    name, email = form.get("name", ""), form.get("email", "")
    faults = {
        part: text for part, text in account_faults(name, email, "").items() if part != "password"
    }
    if not held:
        faults["roles"] = _("Choose at least one role.")
    if not faults:
        try:
            made = invitations.invite(desk(), me(), name=name, email=email, roles=held)
        except ConflictError:
            faults["email"] = _("Somebody with this address is here already.")
        else:
            return _link_page(made)
    return answered(HTTPStatus.UNPROCESSABLE_ENTITY, _invite_page(faults, held))


def _invite_page(faults: dict[str, str], held: list[str]) -> str:
    return render_template(
        "desk/invite.html",
        values=request.form,
        faults=faults,
        held=held,
        roles=role_names(),
        help=role_help(),
    )


@staff(KEEP)
def cancel() -> Page:
    """Take an invitation back."""
    try:
        token = bytes.fromhex(request.form.get("invitation", ""))
        invitations.cancel(desk(), me(), token)
    except (ValueError, NotFoundError):
        say(_("This invitation was used or taken back already."))
    else:
        say(_("The invitation is taken back; its link opens nothing any more."))
    return redirect(url_for("desk.people"))


@staff(KEEP)
def one(person: int) -> str:
    """Show one person and what can be done."""
    return _person_page(person, {})


def _person_page(person: int, faults: dict[str, str]) -> str:
    d, by = desk(), me()
    line = people.one(d, by, person)
    heirs = [
        other.row
        for other in people.everybody(d, by)
        if other.row.id != person and people.who_is(other.row).may(WRITE)
    ]
    return render_template(
        "desk/person.html",
        line=line,
        heirs=heirs,
        faults=faults,
        roles=role_names(),
        help=role_help(),
        asked=request.form,
    )


@staff(KEEP)
def roles(person: int) -> Page:
    """Give a person other roles."""
    held = [role for role in ROLES if role in request.form.getlist("roles")]
    if not held:
        return _again(person, "roles", _("Choose at least one role."))
    try:
        row = people.set_roles(desk(), me(), person, held)
    except people.OnlyKeeperError:
        return _again(person, "roles", _only_keeper())
    say(_("The roles of %(name)s are changed.", name=row.name))
    return redirect(url_for("desk.person", person=person))


@staff(KEEP)
def link(person: int) -> Page:
    """Make a link for a new password; where it is lost, without the second factor too."""
    try:
        made = invitations.reset(desk(), me(), person, second=bool(request.form.get("second")))
    except ConflictError:
        return _again(person, "link", _("Somebody who has left gets no link."))
    return _link_page(made)


@staff(KEEP)
def leave(person: int) -> Page:
    """Let a person go; their open drafts go to whom the keeper chose."""
    chosen = request.form.get("heir", "")
    heir = int(chosen) if chosen.isascii() and chosen.isdigit() else None
    try:
        count = people.deactivate(desk(), me(), person, heir=heir)
    except people.OnlyKeeperError:
        return _again(person, "heir", _only_keeper())
    except BadInputError:
        return _again(person, "heir", _("Choose who takes over the open drafts."))
    say(_("The account is closed. What was signed by this organisation stays."))
    if count:
        say(ngettext("%(num)s draft was handed over.", "%(num)s drafts were handed over.", count))
    return redirect(url_for("desk.person", person=person))


@staff(KEEP)
def back(person: int) -> Page:
    """Let somebody who has left come back, with a link for a new password."""
    d, by = desk(), me()
    people.reactivate(d, by, person)
    return _link_page(invitations.reset(d, by, person))


def _only_keeper() -> str:
    return _("This is the only keeper of this node. Make somebody else a keeper first.")


def _again(person: int, part: str, fault: str) -> Page:
    return answered(HTTPStatus.UNPROCESSABLE_ENTITY, _person_page(person, {part: fault}))


def _link_page(made: Invited) -> str:
    """Show a link once, and say whether it went out by e-mail as well."""
    d = desk()
    address = d.settings.url + url_for("desk.invitation", token=made.token)
    sent = None
    if d.mailer is not None:
        try:
            d.mailer.send(
                to=made.row.email,
                name=made.row.name,
                subject=_subject(made),
                text=_text(made, address),
                at=d.now(),
            )
            sent = True
        except MailFailedError:
            sent = False
    return render_template("desk/link.html", row=made.row, address=address, sent=sent)


def _subject(made: Invited) -> str:
    name = desk().settings.name
    if made.row.purpose == INVITE:
        return _("Your invitation to the desk of %(name)s", name=name)
    return _("A new password for the desk of %(name)s", name=name)


def _text(made: Invited, address: str) -> str:
    hello = _("Hello %(name)s,", name=made.row.name)
    if made.row.purpose == INVITE:
        what = _("%(name)s invites you to write and publish with it.", name=desk().settings.name)
    else:
        what = _("Choose a new password by this link.")
    until = _("The link works once and for a week. Give it to nobody else.")
    return f"{hello}\n\n{what}\n\n{address}\n\n{until}\n"
