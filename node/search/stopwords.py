"""Words that carry no meaning alone: a query does not insist on them.

"how to find a job" must not demand "how", "to" and "a" of every record, least of all of a Danish
one. Such words still count for the order; they are only not required, unless there are no others.
A query's language is unknown, so a word of any of these languages counts as one.
"""

# Letters of many alphabets stand here on purpose.
# ruff: noqa: RUF001

from __future__ import annotations

from functools import cache, lru_cache

import tantivy

from node.search.folding import fold

#: Lists that the index library has.
_LISTED = (
    "danish", "dutch", "english", "finnish", "french", "german", "hungarian", "italian",
    "norwegian", "portuguese", "russian", "spanish", "swedish",
)  # fmt: skip

#: Lists for the languages it lacks: articles, prepositions, conjunctions, question words.
_OURS = """
how what where when who why which do does can i we you my our your about from
ο η το οι τα του της των τον την τους τις και να σε στο στη στην στα στον στους με για από ως
που πως πώς πού τι είναι ένα ένας μια μία ή αν δεν θα κατά προς χωρίς όταν ποιος
في من على إلى الى عن مع هذا هذه التي الذي أن ان ما كيف أين اين متى هل هو هي أو او و لا
i w we z ze na do o od po za dla jak gdzie co czy się jest to nie przez przy
a s k v ve za o u od do pro na po při se že je jsou kde co
și si în in la de cu pe pentru din un o ce cum unde este nu sau care al ale
ve ile için icin bir bu de da nasıl nasil nerede ne mi mu
і й та в у на з із до для про як де що не за від по чи або
и в на с за от до по как къде какво да се е са не или
i u na s sa za od do po kako gdje što je su ne ili
ar un uz no par kā kur ko
ir į iš su kaip kur apie
ja ning või ei on kuidas kus mis
agus an na i le ar go
u ta li fi ma għal
in na z za od do kako kje kaj je so ali
"""


@cache
def _ours() -> frozenset[str]:
    return frozenset(fold(word) for word in _OURS.split())


@cache
def _filters() -> tuple[tantivy.TextAnalyzer, ...]:
    return tuple(
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
        .filter(tantivy.Filter.stopword(language))
        .build()
        for language in _LISTED
    )


@lru_cache(maxsize=4096)
def is_stop_word(raw: str) -> bool:
    """Say whether a word, as typed, means nothing alone; single letters never do."""
    folded = fold(raw)
    if len(folded) <= 1 and not folded.isdigit():
        return True
    if folded in _ours():
        return True
    lowered = raw.lower()
    return any(not analyzer.analyze(lowered) for analyzer in _filters())
