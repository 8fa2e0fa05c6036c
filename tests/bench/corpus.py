"""Seeded records for benchmarks: the samples' own bodies, varied, so that sizes are real."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from node.contract import schemas_path
from node.exchange.drafts import Draft

SEED = 20261123
VARIED = ("axis", "country", "success_factor", "target_group")


def drafts(count: int, seed: int = SEED) -> Iterator[Draft]:
    """Yield `count` good practices made from the samples, each a little different."""
    source = random.Random(seed)
    bodies = []
    for path in sorted((schemas_path() / "examples").glob("*.json")):
        sample = json.loads(path.read_text(encoding="utf-8"))
        if sample.get("kind") == "good-practice":
            bodies.append(sample["body"])
    for number in range(count):
        body = dict(source.choice(bodies))
        for field in VARIED:
            body[field] = source.choice(bodies)[field]
        body["title"] = {code: f"{text} {number}" for code, text in body["title"].items()}
        yield Draft(kind="good-practice", body=body)
