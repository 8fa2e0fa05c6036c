"""How fast search answers, and what the index weighs: ``python -m tests.bench.search [RECORDS]``.

Makes an index of seeded records (10,000 unless told otherwise; 2.5 kB of text each in six
languages, about ten facet values), then asks the mix of questions that quality.md names: a rare, a
middling and a common word, several words, a misspelled one, a concept, filters, and nothing at
all. Every answer has twenty hits and all facet counts, as the catalogue asks for them. Prints
medians and 95th percentiles alone and at concurrency 8, and the ratio of the slowest to a bare
count of the same word, which is the part of the time that is the library's own.
"""

from __future__ import annotations

import itertools
import random
import shutil
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import tantivy

from node.contract import load_contract
from node.search.dictionary import concepts_of
from node.search.index import SearchIndex, State
from node.search.query import Query
from node.search.schema import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from node.search.expansion import Concepts

LANGUAGES = ("en", "es", "el", "da", "de", "ar")
LETTERS = {"el": "αβγδεζηθικλμνξοπρστυφχψω", "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"}
WORDS_PER_LANGUAGE = 12_000
FACETS = {
    "country": 28,
    "success_factor": 6,
    "iag_practice": 6,
    "target_group": 15,
    "barrier": 14,
    "axis": 4,
    "kind": 6,
    "origin": 40,
    "language": 6,
}
#: Real codes, so that real words are recognised as concepts.
PRACTICES = tuple(load_contract().vocabularies["practice-types"].concepts)
READS = ("en", "da")
ROUNDS = 200


class Corpus:
    """Words with the frequencies of natural language, the same in every run."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        weights = [1 / (rank + 3) for rank in range(WORDS_PER_LANGUAGE)]
        self._weights = list(itertools.accumulate(weights))
        self.words = {language: self._make_words(language) for language in LANGUAGES}

    def _make_words(self, language: str) -> list[str]:
        letters = LETTERS.get(language, "abcdefghijklmnoprstuvwy")
        made: dict[str, None] = {}
        while len(made) < WORDS_PER_LANGUAGE:
            made["".join(self.random.choices(letters, k=self.random.randint(3, 11)))] = None
        return list(made)

    def text(self, language: str, words: int) -> str:
        """Return a text of so many words."""
        return " ".join(
            self.random.choices(self.words[language], cum_weights=self._weights, k=words)
        )

    def entries(self, count: int) -> Iterator[Entry]:
        """Give records of about 2.5 kB of text."""
        for number in range(count):
            language = LANGUAGES[number % len(LANGUAGES)]
            yield Entry(
                oid=f"o{number % 40}",
                record=f"{number:08d}",
                title={language: self.text(language, 8), "en": self.text("en", 8)},
                summary={language: self.text(language, 40), "en": self.text("en", 40)},
                texts={language: [self.text(language, 60) for _ in range(4)]},
                facets={
                    name: [f"v{self.random.randrange(values)}"] for name, values in FACETS.items()
                }
                | {"practice_type": [self.random.choice(PRACTICES)]},
                published=1_700_000_000 + number,
                change=number,
            )


def main(records: int = 10_000) -> None:
    """Make the index, ask the questions, print the table."""
    folder = Path(tempfile.mkdtemp(prefix="footbridge-bench-"))
    try:
        corpus = Corpus()
        index = build(corpus, folder, records)
        ask(index, corpus, concepts_of(load_contract()))
    finally:
        shutil.rmtree(folder)


def build(corpus: Corpus, folder: Path, records: int) -> SearchIndex:
    """Index the corpus and print what that took."""
    entries = list(corpus.entries(records))
    size = sum(
        len(text.encode())
        for entry in entries
        for part in (entry.title, entry.summary, {k: " ".join(v) for k, v in entry.texts.items()})
        for text in part.values()
    )
    index = SearchIndex.open(folder)
    start = time.perf_counter()
    with index.writing() as writer:
        for entry in entries:
            writer.put(entry)
        fed = time.perf_counter()
        writer.commit(State(records, "bench"))
    end = time.perf_counter()
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{records} records, {size / records:.0f} bytes of text each")
    print(f"indexed in {end - start:.2f} s ({(fed - start) / records * 1e6:.0f} us each to feed)")
    print(f"index {disk / records:.0f} bytes each, {disk / size:.2f} of the text")
    return index


def ask(index: SearchIndex, corpus: Corpus, concepts: Concepts) -> None:
    """Ask every question alone and in eight threads, and print the times."""
    words = corpus.words["en"]
    questions = {
        "nothing": Query(),
        "rare word": Query(text=words[9000]),
        "middling word": Query(text=words[600]),
        "common word": Query(text=words[2]),
        "three words": Query(text=" ".join(words[5:8])),
        "a phrase": Query(text=f'"{words[0]} {words[1]}"'),
        "misspelled": Query(text=next(w for w in words[3000:] if len(w) > 8)[:-1] + "z"),
        "a concept": Query(
            text="\u03b5\u03b8\u03b5\u03bb\u03bf\u03bd\u03c4\u03b9\u03c3\u03bc\u03cc\u03c2"
        ),
        "words never together": Query(text=f"zeppelin {words[2]}"),
        "common, two filters": Query(
            text=words[2], facets={"country": ["v1", "v2"], "axis": ["v1"]}
        ),
        "nothing, a filter": Query(facets={"country": ["v1"]}),
    }
    first = timed(lambda: index.search(Query()))
    print(f"nothing, the first time after a commit: {first:.1f} ms; then it is kept")
    print(f"\n{'question':<22}{'hits':>8}{'median':>10}{'p95':>10}   (ms, alone)")
    questions = {name: replace(query, languages=READS) for name, query in questions.items()}
    for name, query in questions.items():
        times = measure(lambda query=query: index.search(query, concepts), ROUNDS)
        total = index.search(query, concepts).total
        print(f"{name:<22}{total:>8}{statistics.median(times):>10.2f}{p95(times):>10.2f}")
    bare = statistics.median(measure(lambda: _bare_count(index, words[2]), ROUNDS))
    full = statistics.median(measure(lambda: index.search(questions["common word"]), ROUNDS))
    print(f"\ncommon word, all of it: {full / bare:.1f} x a bare count of its term")
    mix = list(questions.values()) * 60
    random.Random(1).shuffle(mix)
    with ThreadPoolExecutor(8) as pool:
        start = time.perf_counter()
        times = list(pool.map(lambda query: timed(lambda: index.search(query, concepts)), mix))
        spent = time.perf_counter() - start
    print(f"the mix, concurrency 8: p95 {p95(times):.1f} ms, {len(mix) / spent:.0f} a second")


def _bare_count(index: SearchIndex, word: str) -> None:
    view = index.view()
    query = tantivy.Query.term_query(view.schema, "body_s", f"en:{word}")
    view.searcher.search(query, limit=1)


def measure(what: Callable[[], object], rounds: int) -> list[float]:
    """Return the milliseconds of each of some calls."""
    return [timed(what) for _ in range(rounds)]


def timed(what: Callable[[], object]) -> float:
    """Return the milliseconds of one call."""
    start = time.perf_counter()
    what()
    return (time.perf_counter() - start) * 1000


def p95(times: list[float]) -> float:
    """Return the time that 95 of 100 calls stay below."""
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
