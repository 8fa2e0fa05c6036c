"""Reading and checking bodies: ``python -m tests.bench.contract``.

Loads the contract, then validates and describes the samples on one core, as the hot path does for
every record that arrives.
"""

from __future__ import annotations

import json
import time

from node.contract import load_contract, schemas_path
from node.core.canonical import jcs, parse

ROUNDS = 200


def main() -> None:
    """Run and print."""
    begun = time.perf_counter()
    contract = load_contract()
    print(f"load: {(time.perf_counter() - begun) * 1000:.0f} ms")
    samples = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((schemas_path() / "examples").glob("*.json"))
    ]
    bodies = [(contract.kinds[s["kind"]].schema, s["body"]) for s in samples if "kind" in s]
    raws = [jcs(body) for _schema, body in bodies]
    size = sorted(map(len, raws))[len(raws) // 2]
    rate = {
        "parse canonical bytes": _rate(lambda: [parse(raw, limit=1 << 20) for raw in raws]),
        "validate what arrives": _rate(lambda: [contract.validate_received(*b) for b in bodies]),
        "validate for publishing": _rate(lambda: [contract.validate(*b) for b in bodies]),
        "describe": _rate(lambda: [contract.describe_body(*b) for b in bodies]),
    }
    for name, value in rate.items():
        print(f"{name}: {value * len(bodies):,.0f} bodies a second (median {size} bytes)")


def _rate(work: object) -> float:
    assert callable(work)
    work()
    begun = time.perf_counter()
    for _ in range(ROUNDS // 10):
        work()
    return (ROUNDS // 10) / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
