"""Which line of a posting is the job's title."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files

from socoder.title_words import WORDS, is_worker, root, unify

MAX_TITLE_WORDS = 12
_CHARACTERS_SEARCHED = 20_000
_LINES_SEARCHED = 60  # for a labelled title: forms begin with an agency's letterhead
_HEAD_LINES = 15  # among which a label counts for more than an unlabelled first line
_FIRST_LINES = 4  # for a title without a label
_MAX_LABELLED = 160  # characters

_TABLE = tomllib.loads((files("socoder") / "data" / "job_lines.toml").read_text("utf-8"))
_SENTENCE = frozenset(_TABLE["sentence"])
_HEADING = frozenset(_TABLE["heading"])
_NO_VALUE = frozenset(_TABLE["no_value"])

# "Job Title: …", "CLASS TITLE   …", "Position title" (the title in the next line), "Role: …".
_LABEL = re.compile(
    r"""[\s\#*_>|•-]{0,6}
    (?: (?:(?:job|positions?|class|classification|working|official|posting|role|vacancy|internal
          |functional|payroll|civil\s+service|business|present|current|requisition|recruitment
          |advertised|employee'?s?)\s+){0,2}
        title (?:\s+of\s+(?:position|job|class))? (?:\s*\([^()]{0,30}\))?
        \s{0,9} (?P<wide>[:\-–—=|\t]|\s{3}|$)
      | (?:job|position|role|vacancy|occupation|opening|now\s+hiring|hiring|class|classification
          |(?:job|position)\s+name|job\s+role|(?:job|position)\s+description) \s{0,9} [:=]
    )
    [\s*_:|–—-]{0,40} (?P<title>.*)""",
    re.IGNORECASE | re.VERBOSE,
)
# Forms put several fields into one line.
_NEXT_FIELD = re.compile(
    r"""\t | \s\|\s | \s{3}
    | \s(?=(?:(?:job|position|pay|salary|work|employment|hiring|class)\s)?
        (?:department|dept\.?|division|location|reports\sto|supervisor|flsa|grade|salary|status|shift
          |date|code|number|no\.?|id|type|schedule|hours|program|title|level|range|site|unit|agency
          |company|wage)\s?[:\#])""",
    re.IGNORECASE | re.VERBOSE,
)
_MARKUP = " \t#*_>|~="
_BULLET = re.compile(r"\s*(?:[•▪●◦‣■□➢✓·~>+-]|\d{1,2}[.)]\s)")
_PART = re.compile(r"\s[-–—]+\s?|[-–—]+\s|[–—]|[,;|(/:\[]|\s&\s|\s\+\s|\sand\s")
_TRAILING = re.compile(
    r"\s(?:[IVX]{1,4}|\d{1,2}|wanted|needed|position|opening|level|opportunity)[\s!.]*$", re.I
)
_BEFORE = re.compile(r"\s(?:of|for|in|at|to|with|on)\s", re.I)
_HEADING_WORDS = (
    r"(?:(?:job|position|role)\s(?:description|posting|announcement|summary|opening|profile)"
    r"|employment opportunity)"
)
_AROUND = re.compile(rf"^{_HEADING_WORDS}\s?[-–—:|]+\s*|\s?[-–—:|(]*\s?{_HEADING_WORDS}\)?$", re.I)
_ORGANISATION = re.compile(
    r"""\b(?:inc|llc|l\.l\.c|ltd|corp|corporation|company|co|gmbh|plc|university|college|association
      |foundation|government|recruitment|human\sresources(?:\sdepartment)?)\b\.?$
    | ^(?:the\s)?(?:city|county|state|town|village|department|dept|office|board|bureau|division
      |school\sdistrict|ministry|commonwealth)\sof\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NEXT_SENTENCE = re.compile(r"(?<=[a-z]{6})\.\s")


def find_title(text: str) -> str:
    """The title that the text gives itself, "" when none is found.

    That is the value of a label ("Job Title: …", "POSITION TITLE" and the next line, "Role: …"),
    or else one of the first lines if it reads as a title: few words, one of them naming a worker,
    no sentence, no heading, no bullet. The line stays in the text.

    >>> find_title("HARLOW COUNTY\\nCLASS TITLE: Museum Registrar     FLSA: Exempt")
    'Museum Registrar'
    >>> find_title("# Line Cook\\n\\nWe are looking for …")
    'Line Cook'
    """
    lines = [line[:400] for line in text[:_CHARACTERS_SEARCHED].split("\n") if line.strip()]
    head, rest = lines[:_HEAD_LINES], lines[_HEAD_LINES:_LINES_SEARCHED]
    return _labelled(head) or _first(lines) or _labelled(rest)


def is_title(line: str) -> bool:
    """Whether a line reads as a job title: "Site Coordinator, 21st Century Center" does; "About
    us", "Job Description", "We need a cook." and "Acme Engineers LLC" do not.

    >>> is_title("Registered Nurse - ICU"), is_title("Our nurses are great!")
    (True, False)
    """
    line = line.strip(_MARKUP)
    words = _words(line)
    if not 0 < _length(line) <= MAX_TITLE_WORDS or len(line) > 120 or line.endswith(tuple(".?:;,")):
        return False
    if _BULLET.match(line) or "@" in line or "http" in line or _ORGANISATION.search(line):
        return False
    if not words or not _SENTENCE.isdisjoint(words) or line.startswith("I "):
        return False
    return words[-1] not in _HEADING and any(map(_names_a_worker, _PART.split(line)))


def _words(text: str) -> list[str]:
    return [word.replace("'", "") for word in WORDS.findall(unify(text).lower())]


def _length(line: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in line.split())


def _names_a_worker(part: str) -> bool:
    part = _TRAILING.sub("", _TRAILING.sub("", f" {part.strip()}"))
    words = _words(_BEFORE.split(part)[0])
    return bool(words) and is_worker(root(words[-1]))


def _labelled(lines: Sequence[str]) -> str:
    for at, line in enumerate(lines):
        found = _LABEL.match(line)
        if not found:
            continue
        title = found["title"]
        if not title.strip() and found["wide"] is not None and at + 1 < len(lines):
            title = lines[at + 1]
            if ":" in title or _LABEL.match(title):
                continue
        title = _value(title)
        if title:
            return title
    return ""


def _value(text: str) -> str:
    """The title in what stands after a label, "" if that is no title."""
    text = _NEXT_FIELD.split(text.strip(), maxsplit=1)[0].strip(_MARKUP)
    text = _NEXT_SENTENCE.split(text, maxsplit=1)[0]
    words = _words(text)
    if len(text) > _MAX_LABELLED or _length(text) > 2 * MAX_TITLE_WORDS:
        return ""
    if not any(map(str.isalpha, text)) or " ".join(words) in _NO_VALUE:
        return ""
    if not _SENTENCE.isdisjoint(words):
        return ""
    return text.rstrip(" .;,:!")


def _first(lines: Sequence[str]) -> str:
    for line in lines[:_FIRST_LINES]:
        title = _AROUND.sub("", " ".join(line.split()).strip(_MARKUP)).strip(_MARKUP)
        if is_title(title):
            return title.rstrip("! ")
        if _length(line) > MAX_TITLE_WORDS or line.rstrip().endswith(":"):
            return ""  # the text has begun
    return ""
