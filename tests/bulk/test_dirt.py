"""Two hundred kinds of dirt, each a row of its own: every row is in the output, in its place."""

from __future__ import annotations

import csv
from pathlib import Path

from socoder.bulk.options import SOC_COLUMNS

from .conftest import Run

SPACES = ["", " ", "   ", "\t", "\xa0", "\u2003", "\u200b", "\ufeff", "\u2060", "\xad"]
PLACEHOLDERS = [
    "N/A", "n/a", "NA", "#N/A", "NULL", "null", "None", "nil", "nan", "NaN", "-", "--", ".", "?",
    "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "(blank)", "(null)", "<NA>", "\\N",
]  # fmt: skip
MARKS = ["###", "***", "!!!", "...", "___", "()", "[]", "{}", "<>", "//", "\\\\", "||", ";;", "::",
         "~~", "@@", "$$", "%%", "^^", "&&", "++", "==", "''", "``", "0", "1", "-1", "007", "12345",
         "1.5", "1e9", "-0.0", "100%", "$5", "2026-01-31", "31/12/2026", "12:30", "٣٤", "½", "²",
         "№", "☃", "😀", "👩‍⚕️", "→", "•", "—", "‰", "\u0301", "\u202e"]  # fmt: skip
FORMULAS = ["=1+1", "+Nurse", "-Nurse", "@Nurse", "=cmd|' /C calc'!A0", "=HYPERLINK(\"x\")",
            "\tNurse", "'Nurse", "=", "+", "@"]  # fmt: skip
QUOTES = ['Nurse "ICU"', '"Nurse"', "'Nurse'", "“Nurse”", "Nurse's", "Nurse’s", '""', '"', 'Nurse"',
          '"Nurse', '5" pipe fitter', 'a "b" c "d"']  # fmt: skip
LINES = ["Nurse\nICU", "Nurse\r\nICU", "Nurse\rICU", "\nNurse", "Nurse\n", "Nurse\n\nICU", "\n\n",
         "Nurse\x0bICU", "Nurse\x0cICU", "Nurse\x85ICU", "Nurse\u2028ICU", "a,b\nc,d"]  # fmt: skip
COMMAS = ["Nurse, ICU", ",", ",,,", "Nurse,", ",Nurse", "Nurse; ICU", "Nurse|ICU", "Nurse\tICU"]
CONTROLS = ["Nurse\x00", "\x00", "Nurse\x01ICU", "\x07", "\x1bNurse[0m", "\x7f", "Nurse\x1a",
            "Nurse\x1f"]  # fmt: skip
LONG = ["Nurse " * 100, "x" * 1000, "Nurse" + " " * 5000, "Nurse," * 3000, "é" * 33000]
SPELLED = ["NURSE", "nurse", "nUrSe", " Nurse", "Nurse ", "Nurse  ICU", "Ｎｕｒｓｅ", "Nu\u0308rse",
           "Nürse", "NurseÃ©", "Nurseâ€™s", "N&amp;urse", "<b>Nurse</b>", "Nurse%20ICU", "nurse_icu",
           "NurseICU", "N u r s e", "Nurse/Cook", "Nurse (ICU)", "Nurse [temp]", "护士", "медсестра",
           "ممرضة", "看護師", "νοσοκόμα", "Krankenschwester", "infirmière", "TBD", "Vacant", "test",
           "Nurse 1", "Nurse II", "0001 Nurse", "Nurse 0.6 FTE", "RN", "R.N.", "Nurse - - -"]  # fmt: skip
PERSONAL = ["Nurse 123-45-6789", "Nurse a@b.org", "Nurse (555) 123-4567", "call Jane Doe 555-123-4567",
            "Nurse DOB 01/02/1970"]  # fmt: skip
OTHER = ["[1]", '{"a": 1}', "NULL; DROP TABLE x", "../../etc/passwd", "C:\\x\\y", "%s", "{0}",
         "$(id)", "`id`", "javascript:1", "\\n", "\\", "\\u0000", "True", "FALSE", "inf", "-inf",
         "1,000", "1.000,00", "1 000"]  # fmt: skip
TITLES = [
    *SPACES, *PLACEHOLDERS, *MARKS, *FORMULAS, *QUOTES, *LINES, *COMMAS, *CONTROLS, *LONG, *SPELLED,
    *PERSONAL, *OTHER,
]  # fmt: skip
# Lines that no CSV writer writes: (line, the code that its title gets).
BROKEN = [
    (b'r1,"Nurse,x', "29-1141"), (b'r2,"Cook" II,x', "35-2014"), (b"r3", ""), (b"r4,", ""),
    (b"r5,Nurse", "29-1141"), (b"r6,Nurse,x,y,z", "29-1141"), (b"r7,Nurse,", "29-1141"),
    (b"r8,Nurs\xe9,x", "35-2014"), (b"r9,Nurse\xff\xfe,x", "29-1141"), (b"r10,\xc3,x", "35-2014"),
    (b"r11,Nurse\x80s,x\x81", "29-1141"), (b"r12,Co\"ok,x", "35-2014"), (b'r13,""Cook"",x', "35-2014"),
    (b"r14,\xed\xa0\x80Nurse,x", "29-1141"), (b"r15,Nurse,x\r", "29-1141"),
    (b'r16,Nurse,"', "29-1141"), (b"r17;Nurse;x", ""), (b'r18,"Nurse",x,', "29-1141"),
]  # fmt: skip


def test_there_are_two_hundred_kinds() -> None:
    kinds = [*map(str.encode, TITLES), *(line for line, _ in BROKEN)]
    assert len(set(kinds)) == len(kinds) >= 200


def test_every_dirty_row_is_accounted_for(bulk: Run, tmp_path: Path) -> None:
    written = [f"t{number}" for number in range(len(TITLES))]
    lines = [b"id,Job Title,note"]
    for name, title in zip(written, TITLES, strict=True):
        lines.append(f'{name},"{title.replace(chr(34), chr(34) * 2)}",x'.encode())
    lines += [line for line, _ in BROKEN]
    summary = bulk(b"\n".join(lines) + b"\n")
    text = (tmp_path / "out.csv").read_bytes().decode("utf-8", "surrogateescape")
    found = list(csv.reader(_lines(text)))
    header, rows = found[0], found[1:]
    assert summary.rows == len(rows) == len(TITLES) + len(BROKEN)
    assert sum(summary.statuses.values()) == summary.rows
    assert {len(row) for row in rows} == {len(header)}
    assert header[-len(SOC_COLUMNS) :] == list(SOC_COLUMNS)
    names = [*written, *(f"r{number}" for number in range(1, len(BROKEN) + 1))]
    assert [row[0].partition(";")[0] for row in rows] == names
    assert [row[1] for row in rows[: len(TITLES)]] == TITLES
    code = header.index("soc_code")
    assert [row[code] for row in rows[len(TITLES) :]] == [wanted for _, wanted in BROKEN]
    status = header.index("soc_status")
    bad = [number for number, row in enumerate(rows, 1) if row[status] == "uncodable"]
    rejects = (tmp_path / "out.csv.rejects.csv").read_text().splitlines()[1:]
    assert [int(line.split(",")[0]) for line in rejects] == bad
    assert summary.rejected == len(bad) > len(SPACES) + len(PLACEHOLDERS)


def _lines(text: str) -> list[str]:
    """The text as csv.reader wants it, split at "\\n" alone."""
    return [line + "\n" for line in text.split("\n")[:-1]]
