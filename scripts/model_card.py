"""Write the model card beside the bundle: what it is, what it was trained on, how good it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from socoder.bundle import MANIFEST

HEAD = """# Model card: the `default` bundle

Ranks the 867 detailed occupations of the 2018 SOC from a job title, a job description, or both.

| part | file | what it is |
|---|---|---|
| known titles | `titles.npz` | hashes of normalised titles with the codes that sources give them |
| lexical model | `lexical.npz` | hashed words and character n-grams, a bag of each → 256 numbers → 867 occupations, int8 |
| encoder | `encoder.onnx`, `tokenizer.json` | all-MiniLM-L6-v2 (Apache-2.0), fine-tuned, int8 ONNX |
| occupation vectors | `vectors.npz` | started from the SOC definitions, trained with the encoder |
| industries | `context.npz` | how much more often an occupation is found in a sector than elsewhere |
| answers | `answers.npz` | coded rows of the known titles of one code, for bulk coding: what the rest says of them |
| combination | `weights.json` | weights of the parts, penalty for a further occupation in one job |
| calibration | `calibration.json` | logistic regressions, shares of the runners-up, acceptance thresholds |

**Trained on** O\\*NET 30.1 titles, descriptions and tasks (CC BY 4.0, U.S. Department of
Labor/ETA), SOC 2018 titles, direct match titles and definitions (public domain), folds 1–4 of the
labelled titles and of the O\\*NET tasks, and texts of our own. **Fitted on** fold 1, with models that
had seen folds 2–4 only: weights, penalty, calibration (docs/decisions/0008); one number of the
calibration on the postings of folds 1–4. **Measured on** fold 0.
fold = sha1(normalised title, posting id or Task ID) mod 5. Official titles are known to the bundle whatever their fold, as a coder knows the index: rows whose title
stands in O\\*NET and rows whose title does not are therefore reported apart. The postings were
not trained on, but all were read while the splitter, the title clean-up and the role signals were
written, and some constants of the weighing were chosen with them in sight: theirs are development
figures, not unseen ones. The encoder's passes were run one by one, the last with 6,000 assembled
postings instead of the 12,000 that `scripts/train.py` now makes.

**Not for** deciding about a person. Titles alone are often ambiguous; the confidence says so.

## Measured

`socoder evaluate` on fold 0 (all of the postings); shares of rows. "Macro": the mean of top 1 over
the codes, each counting alike. "Known title": it stands in the title index; "new title": it does
not. "Accepted" at a target accuracy of 95 %.

| set | rows | top 1 (95 %) | top 3 | top 5 | top 10 | macro | broad | minor | major | best constant | calibration error | accepted | of these right |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""


SURE = """
## Does the confidence hold?

`python -m evaluation.reliability` on the same rows and on combined jobs made of fold-0 tasks. "ECE" and
"MCE": expected and maximum calibration error, 15 bins; beside them what a perfectly calibrated model
would show on so few rows. "AURC": area under the risk–coverage curve. "Coverage at 95 %": the largest
share of rows, surest first, that is right so often. "In the set": a right code is in the candidate
set, of so many codes (median). The postings' confidence is cross-validated
(docs/decisions/0009); plots: evaluation/reports/.

"""


def write_model_card(folder: Path, report: dict[str, Any], reliability: str) -> None:
    """`MODEL_CARD.md` in the bundle's folder, from the report of `evaluation.run.evaluate` and the
    table of `evaluation.reliability`."""
    lines = []
    for name, own in report.items():
        levels, (low, high) = own["levels"], own["top_1_interval"]
        detailed = levels["detailed"]
        right = "" if own["accepted_right"] is None else f"{own['accepted_right']:.3f}"
        lines.append(
            f"| {name} | {own['rows']} | {detailed['top_1']:.3f} ({low:.3f}–{high:.3f})"
            f" | {detailed['top_3']:.3f} | {detailed['top_5']:.3f} | {detailed['top_10']:.3f}"
            f" | {own['macro_average']:.3f} | {levels['broad']['top_1']:.3f}"
            f" | {levels['minor']['top_1']:.3f} | {levels['major']['top_1']:.3f}"
            f" | {own['best_constant']:.3f} | {own['calibration_error']:.3f}"
            f" | {own['accepted']:.3f} | {right} |"
        )
    sizes = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    total = sum(entry["bytes"] for entry in sizes.values()) / 1e6
    text = (
        HEAD + "\n".join(lines) + "\n" + SURE + reliability + f"\n\nSize: {total:.1f} MB in all.\n"
    )
    (folder / "MODEL_CARD.md").write_text(text, encoding="utf-8")
