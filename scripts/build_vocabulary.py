"""Write socoder/data/title_vocabulary.txt: the words by which misspelt titles are mended.

    python scripts/build_vocabulary.py --reference ../shared/reference --labelled ../shared/eval

One word a line with the number of texts that hold it: titles and tasks that may be trained on
(folds 1–4 and the official titles). Fold 0 stays out, as it does out of every model. Of H-1B
titles, which employers wrote, only words that several of them hold count: the others may be misspelt.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from evaluation.folds import MEASURED  # noqa: E402
from socoder.spelling import LEAST_ATTESTED, LEAST_LETTERS, write_vocabulary  # noqa: E402
from socoder.title_words import RULES, WORDS, Rule, root, unify  # noqa: E402
from training_texts import REFERENCE, Text, training_texts  # noqa: E402

_PLAIN = re.compile(rf"[a-z]{{{LEAST_LETTERS - 1},}}")  # a shorter word may be meant as well
_NOISY = frozenset({"h1b"})
_NOISY_NEEDS = 3  # of them that hold a word which stands nowhere else


def count_words(texts: Iterable[Text]) -> Counter[str]:
    """Word → number of texts that hold it, as written and in the form of `root`."""
    counts: Counter[str] = Counter()
    noisy: Counter[str] = Counter()
    for text in texts:
        if text.fold == MEASURED and text.source not in REFERENCE:
            continue
        written = {word.lower() for word in WORDS.findall(unify(text.text))}
        words = {form for word in written for form in (word, root(word)) if _PLAIN.fullmatch(form)}
        (noisy if text.source in _NOISY else counts).update(words)
    for word, number in noisy.items():
        if number >= _NOISY_NEEDS and word not in counts:
            counts[word] = 1
    # What the title table takes away ("nights") stands in few official titles, in payrolls in many.
    removed = {word for rule in _removals() for word in rule.words}
    for word in filter(_PLAIN.fullmatch, removed):
        counts[word] = max(counts[word], LEAST_ATTESTED)
    return counts


def _removals() -> Iterator[Rule]:
    for rules in RULES.values():
        yield from (one for one in rules if one.action == "remove" and one.value != "location")


def main() -> None:
    """Write the file and say how many words it has."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--reference", type=Path, default=ROOT / "training_data/reference")
    parser.add_argument("--labelled", type=Path, default=ROOT / "../shared/eval")
    parser.add_argument("--output", type=Path, default=ROOT / "socoder/data/title_vocabulary.txt")
    arguments = parser.parse_args()
    own = ROOT / "training_data/occupations.csv"
    counts = count_words(training_texts(arguments.reference, arguments.labelled, own))
    write_vocabulary(counts, arguments.output)
    size = arguments.output.stat().st_size
    print(f"{arguments.output}: {len(counts)} words, {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
