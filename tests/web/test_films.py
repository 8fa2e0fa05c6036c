"""Films and recordings are played on the record's page, with their captions."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from node.exchange.drafts import Attachment
from node.web.captions import with_captions
from node.web.shown import File
from tests.support.nodes import practice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.web.making import SmallNode

FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(40)
WORDS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHola\n"


def file(name: str, media_type: str = "text/vtt") -> File:
    return File(hashlib.sha256(name.encode()).hexdigest(), name, media_type, 10)


def captions(*names: str) -> Mapping[str, str]:
    files = {name: file(name) for name in names} | {"film": file("film.mp4", "video/mp4")}
    return {found.name: found.language for found in with_captions(files)["film"].captions}


def test_a_film_is_played_in_place_with_its_captions_and_fetches_nothing_unasked(
    small: SmallNode,
) -> None:
    made = practice("With a film")
    digest = f"sha256:{hashlib.sha256(FILM).hexdigest()}"
    media = [{"digest": digest, "caption": {"en": "The breakfast"}, "consent": True}]
    media[0]["alt"] = {"en": "People at a long table"}
    draft = type(made)(
        kind=made.kind,
        body=dict(made.body) | {"media": media},
        blobs=[
            Attachment(source=FILM, media_type="video/mp4", name="film.mp4"),
            Attachment(source=WORDS, media_type="text/vtt", name="film.es.vtt"),
        ],
    )
    (record,) = small.publish(draft)
    page = small.get(f"/records/{record}").text
    video = re.search(r"<video.*?</video>", page, flags=re.DOTALL)
    assert video is not None
    assert 'preload="none"' in video[0]
    assert 'aria-label="The breakfast"' in video[0]
    assert 'srclang="es" label="Español" default' in video[0]
    track = re.search(r'<track kind="captions" src="([^"]+)"', video[0])
    assert track is not None
    answer = small.get(track[1])
    assert answer.data == WORDS
    assert answer.content_type.startswith("text/vtt")


@pytest.mark.parametrize(
    ("names", "found"),
    [
        pytest.param(["film.es.vtt", "film.el.vtt"], {"film.es.vtt": "es", "film.el.vtt": "el"}),
        pytest.param(["film.pt-BR.vtt"], {"film.pt-BR.vtt": "pt-BR"}, id="with a region"),
        pytest.param(["film.vtt"], {"film.vtt": ""}, id="without a language"),
        pytest.param(["film.und.vtt"], {"film.und.vtt": ""}, id="of an unknown language"),
        pytest.param(["other.es.vtt", "film2.es.vtt"], {}, id="of another film"),
        pytest.param(["film.<script>.vtt", "film.part one.vtt"], {}, id="no language at all"),
    ],
)
def test_captions_belong_to_the_film_they_are_named_after(
    names: list[str], found: dict[str, str]
) -> None:
    assert captions(*names) == found


def test_a_flood_of_captions_is_cut_off() -> None:
    assert len(captions(*(f"film.{a}{b}.vtt" for a in "abcdefgh" for b in "abcdefgh"))) == 24
