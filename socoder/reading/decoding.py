"""Bytes → clean text: encodings, text that was decoded wrongly before it came here, odd characters."""

from __future__ import annotations

import codecs
import re
import unicodedata

# Longest first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAX_CONTROL_SHARE = 0.02  # of the characters; a text has next to none

# What bytes 80–BF became when UTF-8 was read as Windows-1252 (or Latin-1).
_AS_1252 = {
    byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)
}
_BYTES = {
    **{chr(byte): byte for byte in range(0x80, 0x100)},
    **{char: byte for byte, char in _AS_1252.items()},
}
_next = "[" + re.escape("".join(_AS_1252[byte] for byte in range(0x80, 0xC0))) + "\x80-\xbf]"
# Only the lead bytes that English texts were seen to suffer from: Latin letters and signs (C2, C3),
# punctuation (E2), a byte order mark or Word's bullets (EF), emoji (F0).
_DAMAGED = re.compile(f"[ÂÃ]{_next}|[âï]{_next}{{2}}|ð{_next}{{3}}")
_CUT_QUOTE = re.compile(f"â€(?!{_next})")  # a closing quotation mark whose last byte was dropped

_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_BULLETS = re.compile(r"[\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf0a8\uf02d\u2023\u25cf\u25aa\u25ab]")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff]"
)
_LOST_APOSTROPHE = re.compile(r"(?<=[A-Za-z])\ufffd(?=[a-z]{1,2}\b)")
_GAPS = re.compile(r"\n{4,}")


def decode(data: bytes) -> str:
    """The text of the bytes: by its byte order mark, else UTF-8; a byte that is not UTF-8 is read
    as Windows-1252. Raises ValueError for bytes that are no text: with NUL, or full of controls."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, "replace")
            break
    else:
        text = data.decode("utf-8", "socoder.cp1252")
    if "\0" in text:
        raise ValueError("NUL bytes")
    controls = sum(map(text.count, _CONTROLS))
    if controls > max(3, len(text) * _MAX_CONTROL_SHARE):
        raise ValueError("control characters")
    return text


def tidy(text: str) -> str:
    """The text in NFC with lines ended by "\\n", plain spaces, no invisible or control characters;
    "â€™" and its like are what they were meant to be. Tabs stay: they part the cells of tables."""
    if not text.isascii():
        text = repair(text)
        text = _LOST_APOSTROPHE.sub("'", text).replace("\ufffd", "")
        text = _BULLETS.sub("•", _SPACES.sub(" ", text))
    text = _NEWLINES.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = "\n".join([line.rstrip() for line in text.split("\n")])
    return _GAPS.sub("\n\n\n", text).strip("\n ")


def repair(text: str) -> str:
    """UTF-8 that was read as Windows-1252 ("cafÃ©", "donâ€™t"), once or twice, put right.

    >>> repair("Itâ€™s a cafÃ©")
    'It’s a café'
    """
    for _ in range(2):
        repaired = _DAMAGED.sub(_undamaged, text)
        if repaired == text:
            break
        text = repaired
    return _CUT_QUOTE.sub("”", text)


def _undamaged(match: re.Match[str]) -> str:
    try:
        char = bytes(_BYTES[char] for char in match[0]).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]
    usual = char < "\u0250" or "\u2000" <= char <= "\u2bff" or char >= "\uf000"
    return char if usual else match[0]


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(_AS_1252[byte] for byte in wrong), error.end


codecs.register_error("socoder.cp1252", _as_cp1252)
_CONTROLS = tuple(
    chr(code) for code in range(32) if chr(code) not in "\t\n\x0b\f\r\x1a\x1c\x1d\x1e"
)
