"""Run every benchmark: ``python -m tests.bench``."""

from tests.bench import contract, exchange, importing, search

for module in (contract, exchange, importing, search):
    title = (module.__doc__ or "").partition(":")[0]
    print(f"\n== {title}", flush=True)
    module.main()
