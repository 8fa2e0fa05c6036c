"""Files of a draft: in pieces, in one go, described, replaced, removed, tidied away."""

from __future__ import annotations

import io
import os
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from node.contract.guard import warnings_of
from node.editorial import describing, releasing, tidying, uploading
from node.editorial.attaching import blob_refs, gaps
from node.editorial.context import Editorial
from node.editorial.describing import Description
from node.editorial.drafting import begin, discard, open_draft
from node.editorial.refusing import FileRefusedError
from node.editorial.tidying import GRACE, UNFINISHED, cleanup, folder, part_of
from node.editorial.uploading import (
    MAX_FILES,
    WrongOffsetError,
    announce,
    finish,
    receive,
    remove,
    send_whole,
    state,
)
from node.errors import BadInputError, NotFoundError, PermissionDeniedError
from node.net.clamd import Clamd
from node.storage.drafts import PUBLISHED
from tests.support import files
from tests.support.clamd import Daemon
from tests.support.nodes import practice
from tests.support.staff import Staff, Staffed, staffed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from node.core.contents import BlobRef
    from node.storage.draftfiles import DraftFileRow
    from node.storage.drafts import DraftRow

BODY = dict(practice("Rights over breakfast").body)
PHOTO = files.picture("JPEG", (300, 200), told=True)


def written(who: Staff, **members: Any) -> DraftRow:
    return begin(who.d, who.by, "good-practice", body=BODY | members)


def sent(who: Staff, draft: DraftRow, name: str, data: bytes, **more: Any) -> DraftFileRow:
    return send_whole(who.d, who.by, draft.id, name=name, file=io.BytesIO(data), **more)


def rows(who: Staff, draft: DraftRow) -> list[DraftFileRow]:
    with who.d.database.reading() as uow:
        return uow.draft_files.of(draft.id)


def body_of(who: Staff, draft: DraftRow) -> dict[str, Any]:
    return dict(open_draft(who.d, who.by, draft.id).row.body)


def pass_time(who: Staff, span: timedelta) -> None:
    who.d.clock.forward(seconds=span.total_seconds())  # type: ignore[attr-defined]


@pytest.fixture
def ana(desk: Staffed) -> Staff:
    return desk.contributor


@pytest.fixture
def draft(ana: Staff) -> DraftRow:
    return written(ana)


def test_a_file_in_pieces_becomes_the_same_as_one_sent_whole(ana: Staff, draft: DraftRow) -> None:
    whole = sent(ana, draft, "photo.jpg", PHOTO)
    row = announce(ana.d, ana.by, draft.id, name="photo.jpg", size=len(PHOTO))
    for offset in range(0, len(PHOTO), 500):
        receive(ana.d, ana.by, draft.id, row.id, offset, PHOTO[offset : offset + 500])
        assert state(ana.d, ana.by, draft.id, row.id)[1] == min(offset + 500, len(PHOTO))
    done = finish(ana.d, ana.by, draft.id, row.id)
    assert (done.digest, done.media_type, done.name) == (whole.digest, "image/jpeg", "photo.jpg")
    assert list(done.notes) == ["turned", "place-removed", "details-removed"]
    assert finish(ana.d, ana.by, draft.id, row.id) == done
    assert not list(folder(ana.d).iterdir())
    kept = b"".join(ana.d.blobs.open(str(done.digest)))
    assert b"Nosy Camera" not in kept
    assert len(kept) == done.size


def test_a_piece_at_the_wrong_place_is_told_the_right_one_and_writes_nothing(
    ana: Staff, draft: DraftRow
) -> None:
    row = announce(ana.d, ana.by, draft.id, name="photo.jpg", size=len(PHOTO))
    receive(ana.d, ana.by, draft.id, row.id, 0, PHOTO[:1000])
    for offset in (0, 999, 1001, -1, 10**18):
        with pytest.raises(WrongOffsetError) as error:
            receive(ana.d, ana.by, draft.id, row.id, offset, b"x" * 10)
        assert error.value.offset == 1000
    for piece in (b"", b"x" * (len(PHOTO) - 999), b"x" * (uploading.MAX_PIECE + 1)):
        with pytest.raises(BadInputError):
            receive(ana.d, ana.by, draft.id, row.id, 1000, piece)
    assert part_of(ana.d, row.id).read_bytes() == PHOTO[:1000]
    with pytest.raises(WrongOffsetError):
        finish(ana.d, ana.by, draft.id, row.id)


def test_an_upload_goes_on_wherever_it_was_cut(ana: Staff, draft: DraftRow) -> None:
    row = announce(ana.d, ana.by, draft.id, name="photo.jpg", size=len(PHOTO))
    offset, step = 0, len(PHOTO) // 7
    while offset < len(PHOTO):
        # The piece arrives and the node dies before it is noted: more is on the disk than counts.
        with part_of(ana.d, row.id).open("ab") as part:
            part.write(b"half a piece that nobody confirmed")
        _row, offset = state(ana.d, ana.by, draft.id, row.id)
        offset = receive(ana.d, ana.by, draft.id, row.id, offset, PHOTO[offset : offset + step])
    assert finish(ana.d, ana.by, draft.id, row.id).complete


def test_pieces_that_the_disk_lost_are_asked_for_again(ana: Staff, draft: DraftRow) -> None:
    row = announce(ana.d, ana.by, draft.id, name="photo.jpg", size=len(PHOTO))
    receive(ana.d, ana.by, draft.id, row.id, 0, PHOTO)
    os.truncate(part_of(ana.d, row.id), 700)
    with pytest.raises(WrongOffsetError) as error:
        finish(ana.d, ana.by, draft.id, row.id)
    assert error.value.offset == 700
    receive(ana.d, ana.by, draft.id, row.id, 700, PHOTO[700:])
    assert finish(ana.d, ana.by, draft.id, row.id).complete
    part_of(ana.d, row.id).unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("empty.png", b"", "empty"),
        ("page.html", b"<p>Hi", "active"),
        ("photo.png", files.picture()[:90], "damaged"),
        ("huge.png", files.png_of_size(50_000, 50_000), "pixels"),
        ("moving.gif", files.moving() + b"<script >", "two-in-one"),
    ],
)
def test_a_refused_file_leaves_nothing_behind_and_the_rest_as_it_was(
    ana: Staff, draft: DraftRow, name: str, data: bytes, why: str
) -> None:
    kept = sent(ana, draft, "photo.jpg", PHOTO)
    with pytest.raises(FileRefusedError) as error:
        sent(ana, draft, name, data)
    assert (error.value.why, error.value.name) == (why, name)
    assert [row.id for row in rows(ana, draft)] == [kept.id]
    assert not list(folder(ana.d).iterdir())
    assert set(ana.d.blobs.digests()) == {kept.digest, kept.thumbnail}


def test_too_large_too_many_and_no_room_are_refused_before_a_byte_is_sent(tmp_path: Path) -> None:
    desk = staffed(tmp_path, upload_max=5000, upload_quota=9000)
    ana, draft = desk.contributor, written(desk.contributor)

    def why(size: int) -> str:
        with pytest.raises(FileRefusedError) as error:
            announce(ana.d, ana.by, draft.id, name="a.png", size=size)
        return error.value.why

    assert why(5001) == "too-large"
    announce(ana.d, ana.by, draft.id, name="a.png", size=5000)
    assert why(4001) == "full"
    announce(ana.d, ana.by, draft.id, name="a.png", size=4000)
    assert why(1) == "full"
    desk.d.database.dispose()


def test_a_draft_has_a_limited_number_of_files(ana: Staff, draft: DraftRow) -> None:
    for number in range(MAX_FILES):
        announce(ana.d, ana.by, draft.id, name=f"{number}.png", size=10)
    with pytest.raises(FileRefusedError) as error:
        announce(ana.d, ana.by, draft.id, name="more.png", size=10)
    assert error.value.why == "too-many"


def test_files_of_published_drafts_do_not_fill_the_quota(ana: Staff, draft: DraftRow) -> None:
    sent(ana, draft, "photo.jpg", PHOTO)
    with ana.d.database.writing() as uow:
        assert uow.draft_files.total() > 0
        uow.drafts.change(draft.id, state=PUBLISHED)
        assert uow.draft_files.total() == 0


def test_somebody_elses_draft_has_no_files_for_others(desk: Staffed, draft: DraftRow) -> None:
    ana, other = desk.contributor, desk.other
    row = announce(ana.d, ana.by, draft.id, name="photo.jpg", size=len(PHOTO))
    mine = written(other)
    for there in (draft.id, mine.id):  # the other's draft, and the own with the other's number
        with pytest.raises(NotFoundError):
            receive(other.d, other.by, there, row.id, 0, PHOTO)
        with pytest.raises(NotFoundError):
            state(other.d, other.by, there, row.id)
        with pytest.raises(NotFoundError):
            finish(other.d, other.by, there, row.id)
        with pytest.raises(NotFoundError):
            remove(other.d, other.by, there, row.id)
        with pytest.raises(NotFoundError):
            describing.describe(other.d, other.by, there, row.id, Description())
        with pytest.raises(NotFoundError):
            describing.insert(other.d, other.by, there, row.id, "media")
    with pytest.raises(NotFoundError):
        announce(other.d, other.by, draft.id, name="photo.jpg", size=10)
    with pytest.raises(NotFoundError):
        announce(other.d, other.by, mine.id, name="photo.jpg", size=10, replaces=row.id)


def test_a_draft_that_is_not_ones_to_change_takes_no_files(desk: Staffed, draft: DraftRow) -> None:
    with desk.d.database.writing() as uow:
        uow.drafts.change(draft.id, state="submitted")
    ana = desk.contributor
    with pytest.raises(PermissionDeniedError):
        announce(ana.d, ana.by, draft.id, name="photo.jpg", size=10)
    assert sent(desk.editor, draft, "photo.jpg", PHOTO).complete


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    made = Daemon()
    yield made
    made.close()


def test_an_infected_file_is_refused_by_name(ana: Staff, draft: DraftRow, daemon: Daemon) -> None:
    d = Editorial(ana.d.exchange, scan=Clamd(daemon.address).scan)
    scanned = Staff(d, ana.app, ana.token)
    clean = sent(scanned, draft, "photo.jpg", PHOTO)
    assert daemon.seen == [PHOTO]
    with pytest.raises(FileRefusedError, match=r"notes\.txt is infected \(Eicar-Test-Signature\)"):
        sent(scanned, draft, "notes.txt", files.EICAR)
    assert [row.id for row in rows(ana, draft)] == [clean.id]
    assert not list(folder(d).iterdir())


def test_a_silent_scanner_lets_nothing_through_and_loses_nothing(
    ana: Staff, draft: DraftRow, daemon: Daemon
) -> None:
    d = Editorial(ana.d.exchange, scan=Clamd(daemon.address).scan)
    scanned = Staff(d, ana.app, ana.token)
    daemon.says = b"stream: out of memory ERROR\0"
    with pytest.raises(FileRefusedError) as error:
        sent(scanned, draft, "photo.jpg", PHOTO)
    assert error.value.why == "scanner-silent"
    (row,) = rows(ana, draft)
    assert not row.complete
    daemon.says = None
    assert finish(d, ana.by, draft.id, row.id).complete


def test_uploads_that_nobody_went_on_with_are_removed_after_a_day(
    ana: Staff, draft: DraftRow
) -> None:
    kept = sent(ana, draft, "photo.jpg", PHOTO)
    old = announce(ana.d, ana.by, draft.id, name="film.mp4", size=2000)
    receive(ana.d, ana.by, draft.id, old.id, 0, b"x" * 100)
    going_on = announce(ana.d, ana.by, draft.id, name="film.mp4", size=2000)
    pass_time(ana, UNFINISHED)
    receive(ana.d, ana.by, draft.id, going_on.id, 0, b"x" * 100)
    pass_time(ana, timedelta(minutes=1))
    assert cleanup(ana.d) == 1
    assert [row.id for row in rows(ana, draft)] == [kept.id, going_on.id]
    assert not part_of(ana.d, old.id).exists()
    assert part_of(ana.d, going_on.id).exists()
    assert ana.d.blobs.has(str(kept.digest))


def test_what_a_crash_left_in_the_folder_is_swept(ana: Staff) -> None:
    for path in (part_of(ana.d, 4711), folder(ana.d) / "work-abc"):
        path.mkdir() if path.name.startswith("work-") else path.write_bytes(b"x")
        os.utime(path, (0, 0))
    young = part_of(ana.d, 4712)
    young.write_bytes(b"x")
    assert cleanup(ana.d) == 2
    assert list(folder(ana.d).iterdir()) == [young]


def test_removed_bytes_leave_the_disk_after_an_hour_unless_somebody_names_them(
    ana: Staff, draft: DraftRow
) -> None:
    one, other = sent(ana, draft, "one.jpg", PHOTO), sent(ana, written(ana), "two.jpg", PHOTO)
    assert one.digest == other.digest
    alone = sent(ana, draft, "alone.png", files.picture("PNG"))
    remove(ana.d, ana.by, draft.id, one.id)
    remove(ana.d, ana.by, draft.id, alone.id)
    assert cleanup(ana.d) == 0
    pass_time(ana, GRACE)
    assert cleanup(ana.d) == 2
    assert not ana.d.blobs.has(str(alone.digest))
    assert not ana.d.blobs.has(str(alone.thumbnail))
    assert set(ana.d.blobs.digests()) == {other.digest, other.thumbnail}
    remove(ana.d, ana.by, other.draft, other.id)
    pass_time(ana, GRACE)
    assert cleanup(ana.d) == 2
    assert not list(ana.d.blobs.digests())


def test_bytes_of_a_published_record_stay_when_its_draft_lets_them_go(desk: Staffed) -> None:
    boss = desk.everything
    draft = written(boss)
    photo = sent(boss, draft, "photo.jpg", PHOTO)
    said = Description(alt={"en": "A table"}, people=False)
    describing.describe(boss.d, boss.by, draft.id, photo.id, said)
    describing.insert(boss.d, boss.by, draft.id, photo.id, "media")
    desk.d.blobs.put_stream([b"so that the store is not empty"])
    with desk.d.database.writing() as uow:
        from node.editorial.choices import Choices, choose

        choose(uow, Choices(direct_publishing=True))
    releasing.release(boss.d, boss.by, draft.id)
    with desk.d.database.writing() as uow:
        uow.draft_files.remove(photo.id)
        tidying.loosen(boss.d, uow, [str(photo.digest)])
    pass_time(boss, GRACE)
    cleanup(boss.d)
    assert desk.d.blobs.has(str(photo.digest))


def test_files_of_a_discarded_draft_wait_for_it_to_be_taken_out_of_the_bin(
    ana: Staff, draft: DraftRow
) -> None:
    row = sent(ana, draft, "photo.jpg", PHOTO)
    discard(ana.d, ana.by, draft.id)
    pass_time(ana, UNFINISHED + GRACE)
    cleanup(ana.d)
    assert ana.d.blobs.has(str(row.digest))


def refs(who: Staff, draft: DraftRow) -> list[BlobRef]:
    with who.d.database.reading() as uow:
        return blob_refs(uow, uow.drafts.require(draft.id))


def lacking(who: Staff, draft: DraftRow) -> list[tuple[str, str]]:
    return [(gap.name, gap.what) for gap in gaps(rows(who, draft), body_of(who, draft))]


def test_a_picture_is_described_shown_and_then_the_guard_has_nothing_to_ask(
    ana: Staff, draft: DraftRow
) -> None:
    row = sent(ana, draft, "photo.jpg", PHOTO)
    announce(ana.d, ana.by, draft.id, name="unfinished.jpg", size=10)
    assert lacking(ana, draft) == [("photo.jpg", "alt"), ("photo.jpg", "people")]
    said = Description(alt={"en": " Six  people ", "es": ""}, people=True, credit="Puente")
    describing.describe(ana.d, ana.by, draft.id, row.id, said)
    assert lacking(ana, draft) == [("photo.jpg", "consent")]
    describing.insert(ana.d, ana.by, draft.id, row.id, "media")
    entry = {"digest": row.digest, "alt": {"en": "Six people"}, "credit": "Puente"}
    assert body_of(ana, draft)["media"] == [entry]
    said = Description(
        alt={"en": "Six people at a table", "es": "Seis personas"}, people=True, consent="In May"
    )
    describing.describe(ana.d, ana.by, draft.id, row.id, said)
    body = body_of(ana, draft)
    alt = {"en": "Six people at a table", "es": "Seis personas"}
    assert body["media"] == [{"digest": row.digest, "alt": alt, "consent": True}]
    assert lacking(ana, draft) == []
    (ref,) = refs(ana, draft)
    assert (ref.name, ref.size, dict(ref.alt)) == ("photo.jpg", row.size, alt)
    material = type("Material", (), {"body": body, "blobs": (ref,)})()
    asked = warnings_of(ana.d.contract, material, "good-practice/1")
    assert [fault.code for fault in asked if "media" in fault.pointer] == []
    assert not ana.d.contract.validate("good-practice/1", body)


def test_words_written_in_the_form_are_not_overwritten_by_the_panel(
    ana: Staff, draft: DraftRow
) -> None:
    row = sent(ana, draft, "photo.jpg", PHOTO)
    own = {"digest": row.digest, "alt": {"en": "My own words"}}
    draft = written(ana, media=[own])
    again = sent(ana, draft, "photo.jpg", PHOTO)
    said = Description(alt={"en": "Other words"}, people=False)
    describing.describe(ana.d, ana.by, draft.id, again.id, said)
    assert body_of(ana, draft)["media"] == [own | {"consent": True}]


def test_a_replaced_file_hands_over_its_words_and_place_but_not_its_consent(
    ana: Staff, draft: DraftRow
) -> None:
    old = sent(ana, draft, "photo.jpg", PHOTO)
    said = Description(alt={"en": "Six people"}, people=True, consent="In May", credit="Puente")
    describing.describe(ana.d, ana.by, draft.id, old.id, said)
    describing.insert(ana.d, ana.by, draft.id, old.id, "media")
    new = sent(ana, draft, "better.png", files.picture("PNG", (90, 90)), replaces=old.id)
    assert [row.id for row in rows(ana, draft)] == [new.id]
    assert (dict(new.alt), new.credit, new.people, new.consent) == (
        {"en": "Six people"},
        "Puente",
        None,
        "",
    )
    entry = {"digest": new.digest, "alt": {"en": "Six people"}, "credit": "Puente"}
    assert body_of(ana, draft)["media"] == [entry]
    assert lacking(ana, draft) == [("better.png", "people")]
    pass_time(ana, GRACE)
    assert cleanup(ana.d) == 2
    assert not ana.d.blobs.has(str(old.digest))


def test_a_removed_file_leaves_the_body_and_an_empty_list_goes(ana: Staff, draft: DraftRow) -> None:
    row = sent(ana, draft, "photo.jpg", PHOTO)
    describing.insert(ana.d, ana.by, draft.id, row.id, "media")
    remove(ana.d, ana.by, draft.id, row.id)
    assert "media" not in body_of(ana, draft)


def test_a_file_stands_in_a_field_once_and_only_where_it_belongs(
    ana: Staff, draft: DraftRow
) -> None:
    row = sent(ana, draft, "photo.jpg", PHOTO)
    describing.insert(ana.d, ana.by, draft.id, row.id, "media")
    with pytest.raises(BadInputError, match="already"):
        describing.insert(ana.d, ana.by, draft.id, row.id, "media")
    for field in ("title", "partners", "", "licence"):
        with pytest.raises(BadInputError, match="cannot stand"):
            describing.insert(ana.d, ana.by, draft.id, row.id, field)


def test_captions_belong_to_a_film_and_are_called_after_it(ana: Staff, draft: DraftRow) -> None:
    film = sent(ana, draft, "Our day.mp4", files.film(place=b"+37.97+023.71/"))
    words = sent(ana, draft, "untitled.vtt", files.VTT)
    assert list(film.notes) == ["place-removed"]
    assert lacking(ana, draft)[1:] == [("untitled.vtt", "film"), ("untitled.vtt", "language")]
    with pytest.raises(BadInputError, match="belong to a film"):
        describing.describe(
            ana.d, ana.by, draft.id, words.id, Description(captions_for=words.id, language="es")
        )
    with pytest.raises(BadInputError, match="no language"):
        describing.describe(ana.d, ana.by, draft.id, words.id, Description(language="../x"))
    said = Description(captions_for=film.id, language="es")
    describing.describe(ana.d, ana.by, draft.id, words.id, said)
    assert [ref.name for ref in refs(ana, draft)] == ["Our day.mp4", "Our day.es.vtt"]
    newer = sent(ana, draft, "newer.mp4", files.film(), replaces=film.id)
    assert [ref.name for ref in refs(ana, draft)] == ["newer.es.vtt", "newer.mp4"]
    remove(ana.d, ana.by, draft.id, newer.id)
    assert rows(ana, draft)[0].captions_for is None


def test_a_text_that_is_far_too_long_is_refused_and_nothing_changed(
    ana: Staff, draft: DraftRow
) -> None:
    row = sent(ana, draft, "photo.jpg", PHOTO)
    for said in (
        Description(alt={"en": "x" * 301}),
        Description(consent="x" * 1001),
        Description(credit="x" * 201),
        Description(alt={f"aa{chr(97 + n // 26)}-{n}": "x" for n in range(41)}),
        Description(alt={"<b>": "x"}),
    ):
        with pytest.raises(BadInputError):
            describing.describe(ana.d, ana.by, draft.id, row.id, said)
    assert dict(rows(ana, draft)[0].alt) == {}


def test_a_full_disk_is_told_and_the_upload_goes_on_later(
    ana: Staff, draft: DraftRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = announce(ana.d, ana.by, draft.id, name="photo.jpg", size=len(PHOTO))
    receive(ana.d, ana.by, draft.id, row.id, 0, PHOTO)
    shutil.rmtree(ana.d.settings.home / "blobs", ignore_errors=True)
    (ana.d.settings.home / "blobs").write_text("in the way")
    from node.errors import DamageError

    with pytest.raises(DamageError):
        finish(ana.d, ana.by, draft.id, row.id)
    (ana.d.settings.home / "blobs").unlink()
    assert finish(ana.d, ana.by, draft.id, row.id).complete
