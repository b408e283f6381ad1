"""Every fuzzer has seeds that are checked in, and make_corpus.py makes seeds of each sort.

What the documents say may grow before the seeds are made again, so the files need not be the same.
Not here: running a fuzzer (fuzz.py). Internal to tests/fuzz/. """

import sys

from fuzz import HERE, names
from make_corpus import files

wrong = [f"{name}: no seeds in tests/fuzz/corpus/{name}; run tests/fuzz/make_corpus.py"
         for name in names() if not any((HERE / "corpus" / name).glob("*"))]
made = {(fuzzer, name) for fuzzer, name, _ in files()}
wrong += [f"{name}: make_corpus.py makes no seeds for it" for name in names()
          if name not in {fuzzer for fuzzer, _ in made}]
wrong += [f"{path.relative_to(HERE)}: make_corpus.py does not make it; remove it"
          for path in (HERE / "corpus").glob("*/*") if (path.parent.name, path.name) not in made]
print(*wrong, sep="\n")
print(f"{len(made)} seeds for {len(names())} fuzzers: {len(wrong)} wrong")
sys.exit(1 if wrong else 0)
