"""Which letters a file's bytes stand for, when the file does not say. Pure.

UTF-8 is certain when it fits. Of the old code pages those are told apart that spreadsheets of our
members write: western European, Greek and Arabic. Words made wholly of high bytes are no western
language; which of the other two they are, the letters that come most often in each tell.
"""

from __future__ import annotations

import codecs
import re

#: Encodings that can be asked for, with what people may know them by.
NAMES = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "cp1252": "Western European (Windows-1252)",
    "cp1253": "Greek (Windows-1253)",
    "cp1256": "Arabic (Windows-1256)",
}
#: How much is looked at for a guess.
_SAMPLE = 256 * 1024
#: The letters that make up most of any text, as they are written most often.
_OFTEN = {
    "cp1253": frozenset("αοιετσνηυρπκμλςωάίόέ"),
    "cp1256": frozenset("اليمنورتبدعسفهةكق"),
}
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{2,}")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def decoded(raw: bytes, wanted: str = "") -> tuple[str, str]:
    """Return the text and the name of its encoding; what fits no letter becomes U+FFFD."""
    name = wanted or guessed(raw)
    reader = name
    if name == "utf-16" and not raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        reader = _byte_order(raw) or "utf-16-le"
    text = raw.decode("utf-8-sig" if reader == "utf-8" else reader, errors="replace")
    return text.removeprefix("\ufeff"), name


def guessed(raw: bytes) -> str:
    """Return the encoding that bytes are probably in, one of `NAMES`."""
    for mark, name in _BOMS.items():
        if raw.startswith(mark):
            return "utf-8" if name == "utf-8-sig" else name
    sample = raw[:_SAMPLE]
    if _byte_order(sample):
        return "utf-16"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return _code_page(sample)
    return "utf-8"


def _byte_order(raw: bytes) -> str:
    """Return which UTF-16 text without a mark is in: every other byte of its signs is zero."""
    sample = raw[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2 or 1
    if odd > even * 4 and odd > half // 20:
        return "utf-16-le"
    return "utf-16-be" if even > odd * 4 and even > half // 20 else ""


def _code_page(sample: bytes) -> str:
    high = mixed = 0
    for word in _WORD.findall(sample):
        highs = sum(1 for byte in word if byte >= 0x80)  # noqa: PLR2004 - not ASCII
        if highs == len(word):
            high += highs
        else:
            mixed += highs
    if high <= mixed:
        return "cp1252"
    return max(_OFTEN, key=lambda name: _commonness(sample, name))


def _commonness(sample: bytes, name: str) -> float:
    letters = [c for c in sample.decode(name, errors="replace").lower() if c > "\x7f"]
    return sum(c in _OFTEN[name] for c in letters) / max(len(letters), 1)
