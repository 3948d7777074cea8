"""What a posting asks of the worker: recognised and typed.

A line may accept several levels. Then each becomes a requirement of its own, and only the lowest
is required; what is preferred is not, nor a degree beside "or equivalent experience".
Licences that stand as alternatives ("RN or LPN") are each required: one of them is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from socoder.records import EDUCATION_LEVELS, Requirement, RequirementKind
from socoder.splitting.language import Hit
from socoder.splitting.verbs import starts_with_verb

_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20,
}  # fmt: skip
_YEARS = re.compile(
    r"\b(?P<number>\d{1,2}(?:\.\d)?|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|"
    r"fifteen|twenty)"
    r"(?:\s*\(\s?\d{1,2}\s?\))?\s*(?:\+|plus\b|or more\b)?(?:\s*(?:-|–|to)\s*(?:\d{1,2}|"
    r"[a-z]{3,6}))?\s*\+?\s*(?:full[ -]time\s+)?"
    r"(?P<unit>years?|yrs?|months?|mos?|seasons?)\b\.?['’]?",
    re.I,
)
# Years that are no experience: age, deadlines, what was held clean, schooling.
_NOT_AFTER = re.compile(
    r"^\s*(?:\+\s*)?(?:of age|old\b|or older|and older|&\s*older|of college|(?:above|beyond) high|"
    r"of (?:post|study|education|graduate|undergraduate)|of driving history|of school|college|"
    r"from\b|ago\b|commitment|contract|of class|driving record|warranty|olds?\b|clean\b)",
    re.I,
)
_NOT_BEFORE = re.compile(
    r"(?:\bwithin(?: the(?: first)?)?|\bw/in|\bin the (?:last|past)|\b(?:last|past|first|next|"
    r"held|every|each|per|age|aged|after|until|for at least the past|in|the|once|twice|by)|of the|"
    r"\bdl|licen[cs]e(?: for| held(?: for)?)?)\s*$",
    re.I,
)
_LIVED = re.compile(
    r"\b(?:recovery|sobriety|clean and sober|recipient|services received|abstinence|stability)\b",
    re.I,
)
_EXPERIENCE = re.compile(r"\bexperi[ea]nced?\b|\bexp\b\.?|\bwork history\b", re.I)
_BACKGROUND = re.compile(
    r"\bbackground\b(?!\s*(?:checks?|screen|clearance|investigation|study))", re.I
)
_OR = re.compile(
    r"(?:^|[\s,(/])(?:or|OR|and/or|/)[\s,]*(?:(?:an?|the|at least|equivalent|comparable|similar|"
    r"related|relevant|any|some|approved|its|have|having|combination|of|commensurate|proven|"
    r"minimum|substitute|\d+|equal|with|a year|years|active|current|valid|eligible|certified|to|"
    r"obtain|one|two|three|four|five|six|seven|eight)[\s,/]+)*$"
)
_EQUIVALENT = re.compile(
    r"\bor\s+(?:[\w/'-]+\s+){0,4}(?:equivalent|comparable|similar|relevant|related|"
    r"work)\s+(?:[\w/,'-]+\s+){0,4}?experience\b|"
    r"\bany (?:equivalent )?combination of\b|\bequivalent combination\b|"
    r"\bor\s+(?:an?\s+)?equivalent\s+(?:combination|mix)\b|"
    r"\bor (?:the )?equivalent in experience\b|\bwill weigh experience\b|\bexperience (?:may|"
    r"can) (?:be )?substitute|"
    r"\bmay substitute\b|\bin lieu of\b|\bor (?:an? )?mix\b|\bor a combination of\b",
    re.I,
)
_LICENCE = re.compile(r"\blicen[sc](?:es?|ed|ure)\b", re.I)
_CERTIFICATE = re.compile(
    r"\b(?:certifi(?:ed|cation|cates?)|credential(?:ed|s)?|registration)\b", re.I
)
_CERTIFICATE_OTHER = re.compile(
    r"\b(?:birth|gift|completion|stock) certificates?\b|certified mail", re.I
)
_NONE_BEFORE = re.compile(
    r"\b(?:no|not|without|don't need an?|needn't have an?)\s+(?:[\w']+\s+){0,2}$", re.I
)

# A line that begins so asks for something, whatever follows.
_ASKING = re.compile(
    r"(?:you(?:'ll| will)? (?:must|need|should|have|are|possess|bring)\b|candidates? (?:must|"
    r"should)|applicants? (?:must|should)|"
    r"must\b|should (?:have|be|possess)|ability\b|able to\b|capable of|abilities\b|knowledge\b|"
    r"proficien|minimum\b|at least\b|valid\b|possess|willing|"
    r"(?:strong|excellent|good|effective|exceptional|outstanding|great|basic|solid|advanced|"
    r"proven|demonstrated|superior|working|general|some)\s+(?:[\w,/&-]+\s+){0,6}(?:skills?|"
    r"knowledge|abilit|experience|understanding|ethic|communicat|record|proficien|driving)|"
    r"familiarity\b|familiar with|experience(?:d)?\b|prior\b|previous\b|preferred\b|"
    r"understanding of|bilingual|fluent|fluency|comfortable|competen|computer (?:literate|skills|"
    r"proficien|comfort|ok)|detail[- ]oriented|self[- ]starter|"
    r"(?:be )?(?:at least )?(?:18|19|21)\s*(?:\+|years|yrs|or older|and over)|u\.?s\.? citizen|"
    r"reliable (?:transportation|vehicle)|own (?:car|vehicle|transportation|basic|tools)|"
    r"required\b|req'd|reqd|demonstrated\b|proven\b|committed to|dependab|punctual|background in|"
    r"two[- ]way)",
    re.I,
)
# "Maintain CPR certification" asks; "Maintain the first aid cabinet" is work.
# "No college, degree or certificate is needed"
_NOTHING = re.compile(
    r"\W*no\s+(?:[\w'’-]+,?\s+){1,6}(?:is|are)\s+(?:needed|required|necessary|asked|expected)\b",
    re.I,
)
_SCHOOLING = re.compile(r"\b(?:college|degree|diploma|school\w*|education)\b", re.I)
# "People with a certificate and people without one do the same work"
_WITHOUT = re.compile(r"[^.;,]{0,20}?\s(?:and|or)\s+(?:\w+\s+){0,2}without\s+(?:one|it)\b", re.I)
_PAPERS = re.compile(
    r"\b(?:certifi\w+|licen[cs]\w+|cards?|current|valid|registr\w+|degree|diploma|clearance|"
    r"credential\w*|endorsement|permit|ged|experience)\b",
    re.I,
)
_OFFERED = re.compile(
    r"\b(?:training|course|certification|class(?:es)?)\s+(?:is\s+|are\s+|will be\s+)?(?:provided|"
    r"available|offered|paid)\b|\bwill train\b|\bwe train\b",
    re.I,
)
# Verbs that a requirement may begin with: "Maintain a valid driver's license".
_HOLDING = re.compile(
    r"(?:must\s+|to\s+|you\s+|will\s+)*(?:pass (?:an? |the |all |any |"
    r"our )?(?:[\w-]+ ){0,2}(?:tests?|exams?|screens?|checks?|background|drug|physical)|"
    r"maintains?|hold|possess(?:es)?|obtain|have|has|earn|complete|get|keep|bring|show|"
    r"provide proof|own|read|be|need|want|require|we require|currently|meet)\b",
    re.I,
)


@dataclass(slots=True)
class _Mention:
    kind: RequirementKind
    level: str
    start: int
    end: int
    required: bool = True
    wished: bool = False


def asks(text: str, hits: list[Hit], *, headed: bool = False) -> bool:
    """Whether a line asks something of the worker and so is no duty.

    "Supervise RNs" and "Help students apply for driver's licenses" begin with a work verb and are
    duties; `headed` says that the line stands under a heading of requirements, where they are not.
    """
    if headed:
        return True
    stripped = text.lstrip(" -*\"'“(")
    if re.match(
        r"(?:no|not an?)\s+(?:[\w/]+\s+){0,4}(?:experience|degree|diploma|education)\b",
        stripped,
        re.I,
    ):
        return True
    needs = [hit for hit in hits if hit.table == "need"]
    demanded = any(hit.table in ("asks", "wishes", "demands") for hit in hits)
    begins = bool(_ASKING.match(stripped))
    if re.match(
        r"[\w/-]+ (?:experience|exp) (?:please|required|preferred|needed|necessary|helpful|a plus|"
        r"a must)",
        stripped,
        re.I,
    ):
        return True
    holding = bool(_HOLDING.match(stripped)) and (
        (not needs and not starts_with_verb(stripped))
        or bool(needs and needs[0].first <= 5 and _PAPERS.search(text))
    )
    if needs and _OFFERED.search(text) and not re.search(r"\b(?:must|required)\b", text, re.I):
        return False
    if re.match(r"(?:supervision|supervised)\b", stripped, re.I):
        return False
    if starts_with_verb(stripped) and not holding and not (begins and needs):
        return bool(
            begins and re.match(r"(?:must|able|ability|should|you must|you need)\b", stripped, re.I)
        )
    if begins:
        return True
    told = (
        re.match(r"(?:the|this|our|an?|each)\s", stripped, re.I) and needs and needs[0].first <= 2
    )
    if needs and (demanded or (needs[0].first <= 3 and not told)):
        return True
    years = _years(text)
    if years and (years[0].start() < 25 or _EXPERIENCE.search(text)):
        return True
    return bool(
        _EXPERIENCE.search(text)
        and demanded
        and len(text.split()) <= 14
        and not starts_with_verb(stripped)
    )


def find_requirements(text: str, hits: list[Hit], *, preferred: bool = False) -> list[Requirement]:
    """The typed requirements of one sentence or clause; [] where it names none that is known.

    `hits` are the phrases found in the text; `preferred` says that its heading asks for wishes.
    """
    nothing = _NOTHING.match(text)
    if nothing and not any(hit.table == "need" and hit.label.endswith(":none") for hit in hits):
        schooling = _SCHOOLING.search(nothing[0])
        return [Requirement(text, "education", "none", True)] if schooling else []
    mentions = _mentions(text, hits)
    if not mentions:
        return []
    _mark_wishes(text, mentions, hits)
    for mention in mentions:
        mention.required = not (preferred or mention.wished or _WITHOUT.match(text, mention.end))
    _weigh_alternatives(text, mentions)
    found: dict[tuple[str, str], Requirement] = {}
    for mention in mentions:
        key = (mention.kind, mention.level)
        held = found.get(key)
        if held is None or (mention.required and not held.required):
            found[key] = Requirement(text, mention.kind, mention.level, mention.required)
    return list(found.values())


def _mentions(text: str, hits: list[Hit]) -> list[_Mention]:
    mentions: list[_Mention] = []
    for hit in hits:
        if hit.table != "need":
            continue
        kind, _, level = hit.label.partition(":")
        if level == "none":
            return [_Mention("education", "none", hit.start, hit.end)]
        if _NONE_BEFORE.search(text[: hit.start][-40:]):
            if kind == "education":
                return [_Mention("education", "none", hit.start, hit.end)]
            continue
        mentions.append(_Mention(kind, level, hit.start, hit.end))  # type: ignore[arg-type]
    kinds = {mention.kind for mention in mentions}
    lived = "lived_experience" in kinds
    for years in _years(text):
        if any(mention.start <= years.start() < mention.end for mention in mentions):
            continue
        if _LIVED.search(text[years.end() : years.end() + 60]):
            if not lived:
                mentions.append(_Mention("lived_experience", "", years.start(), years.end()))
                lived = True
            continue
        mentions.append(_Mention("experience", _as_years(years), years.start(), years.end()))
    if not any(mention.kind == "experience" for mention in mentions):
        for word in _EXPERIENCE.finditer(text):
            inside = any(mention.start <= word.start() < mention.end for mention in mentions)
            if not inside and not _NONE_BEFORE.search(text[: word.start()][-30:]):
                mentions.append(_Mention("experience", "", word.start(), word.end()))
                break
        else:
            background = _BACKGROUND.search(text)
            if background:
                mentions.append(_Mention("experience", "", *background.span()))
    kinds = {mention.kind for mention in mentions}
    licence = _LICENCE.search(text)
    if (
        licence
        and kinds.isdisjoint({"licence", "drivers_licence"})
        and not _covered(mentions, licence)
    ):
        mentions.append(_Mention("licence", "", *licence.span()))
    certificate = _CERTIFICATE.search(text)
    if (
        certificate
        and kinds.isdisjoint({"licence", "certificate"})
        and not _covered(mentions, certificate)
        and not _CERTIFICATE_OTHER.search(text)
    ):
        mentions.append(_Mention("certificate", "", *certificate.span()))
    mentions.sort(key=lambda mention: (mention.start, mention.end))
    return mentions


def _covered(mentions: list[_Mention], found: re.Match[str]) -> bool:
    return any(mention.start <= found.start() < mention.end for mention in mentions)


def _years(text: str) -> list[re.Match[str]]:
    """The spans of years or months that can be experience."""
    found: list[re.Match[str]] = []
    for years in _YEARS.finditer(text):
        before, after = text[: years.start()][-30:], text[years.end() :]
        if _NOT_AFTER.match(after) or _NOT_BEFORE.search(before):
            continue
        # "Six months to one year" asks for the first.
        if found and re.fullmatch(r"\s*(?:-|–|to)\s*", text[found[-1].end() : years.start()]):
            continue
        number = _number(years["number"])
        month = years["unit"].lower().startswith("mo")
        if not month and number >= 16 and not _EXPERIENCE.search(after[:60]):
            continue
        if years["number"].lower() in ("a", "an") and not re.match(r"\s*(?:of|or more)\b", after):
            continue
        if month and not (_EXPERIENCE.search(after[:60]) or _LIVED.search(after[:60])):
            continue
        found.append(years)
    return found


def _number(word: str) -> float:
    return float(_NUMBERS.get(word.lower()) or word)


def _as_years(years: re.Match[str]) -> str:
    number = _number(years["number"])
    if years["unit"].lower().startswith("mo"):
        number = round(number / 12, 1)
    return f"{number:g}"


def _mark_wishes(text: str, mentions: list[_Mention], hits: list[Hit]) -> None:
    """A wish or a demand behind a mention, before the next one, belongs to it; so does a wish
    right in front of it. "and", "or" and "/" hand a wish on to the mention before."""
    cues = [
        (hit.start, hit.end, hit.table == "wishes")
        for hit in hits
        if hit.table in ("wishes", "demands")
    ]
    for number in range(len(mentions) - 1, -1, -1):
        mention = mentions[number]
        end = mentions[number + 1].start if number + 1 < len(mentions) else len(text)
        behind = [cue for cue in cues if mention.end <= cue[0] < end]
        ahead = [
            cue for cue in cues
            if cue[1] <= mention.start and re.fullmatch(r"\W*(?:\w+\W+){0,4}", text[cue[1] : mention.start])
            and not re.search(r"[,;.]", text[cue[1] : mention.start].strip())
        ]  # fmt: skip
        if behind:
            gap = text[mention.end : behind[0][0]]
            mention.wished = behind[0][2] and ";" not in gap
        elif ahead:
            mention.wished = ahead[-1][2]
        elif number + 1 < len(mentions):
            between = text[mention.end : mentions[number + 1].start]
            joined = (
                re.search(r"(?:\bor\b|\band\b|/|&)", between)
                and len(between) < 25
                and "," not in between
            )
            mention.wished = bool(joined) and mentions[number + 1].wished


def _weigh_alternatives(text: str, mentions: list[_Mention]) -> None:
    schools = [m for m in mentions if m.kind == "education" and m.level in EDUCATION_LEVELS]
    wanted = [m for m in schools if m.required]
    if len({m.level for m in wanted}) > 1:
        lowest = min(wanted, key=lambda m: EDUCATION_LEVELS.index(m.level))
        for mention in wanted:
            mention.required = mention.level == lowest.level
        after_lowest = text[lowest.end : lowest.end + 12]
        for mention in mentions:
            if mention.kind == "experience" and re.match(
                r"[^.;]{0,40}\b(?:with|and|plus|\+)", after_lowest
            ):
                mention.required = False
    for first, second in pairwise(mentions):
        if not _OR.search(text[first.end : second.start]):
            continue
        kinds = {first.kind, second.kind}
        if "education" in kinds and kinds & {"experience", "lived_experience"}:
            first.required = second.required = False
    equivalent = _EQUIVALENT.search(text)
    if equivalent:
        # "Diploma plus a training program or similar experience": the diploma is still asked for.
        before = [m for m in schools if m.start < equivalent.start()]
        for first, second in pairwise(before):
            if re.search(r"\b(?:plus|and|with)\b|\+", text[first.end : second.start]):
                before = before[before.index(second) :]
        for mention in mentions:
            vague = mention.kind == "experience" and not mention.level
            if mention in before or (vague and mention.end > equivalent.start()):
                mention.required = False
        if schools and not any(m.kind == "experience" for m in mentions):
            mentions.append(_Mention("experience", "", equivalent.start(), equivalent.end(), False))
