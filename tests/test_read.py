"""Reading: each format, each kind of damage, and that nothing but one clear line comes of it."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from socoder.errors import InputError, MissingExtraError, SocoderError
from socoder.read import MAX_BYTES, MAX_CHARACTERS, find_title, read_file, read_stdin, read_text
from socoder.reading.decoding import decode, repair, tidy
from socoder.reading.documents import docx_text
from socoder.reading.job_lines import is_title
from socoder.reading.markup import html_text, markdown_text
from socoder.records import Job

POSTING = "Line Cook\n\nWe need a cook.\n- Grill burgers\n- Clean the line\n"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def message(error: pytest.ExceptionInfo[SocoderError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


# --- text and standard input ---------------------------------------------------------------------


def test_a_text_file(tmp_path: Path) -> None:
    job = read_file(write(tmp_path, "posting.txt", POSTING))
    assert job == Job(title="Line Cook", text=POSTING.strip())


def test_a_given_title_wins(tmp_path: Path) -> None:
    assert read_file(write(tmp_path, "x.TXT", POSTING), " Grill  Cook ").title == "Grill Cook"


def test_a_file_without_a_suffix_is_text(tmp_path: Path) -> None:
    assert read_file(write(tmp_path, "posting", POSTING)).title == "Line Cook"


def test_standard_input() -> None:
    assert read_stdin(io.BytesIO(POSTING.encode())).text == POSTING.strip()


def test_empty_input_with_a_title_is_a_title_alone(tmp_path: Path) -> None:
    assert read_stdin(io.BytesIO(b" \n"), "Job Coach") == Job(title="Job Coach")
    assert read_text("", "Job Coach") == Job(title="Job Coach")
    assert read_file(write(tmp_path, "e.pdf", b""), "Job Coach") == Job(title="Job Coach")


@pytest.mark.parametrize("name", ["e.txt", "e.md", "e.html", "e.docx", "e.pdf"])
@pytest.mark.parametrize("content", [b"", b"  \r\n\t "])
def test_an_empty_file(tmp_path: Path, name: str, content: bytes) -> None:
    if name == "e.docx" and content:
        pytest.skip("blanks are no empty Word file but a damaged one")
    with pytest.raises(InputError) as error:
        read_file(write(tmp_path, name, content))
    assert message(error) == f"{name} is empty: give the text of a job, or its title"


def test_no_text_and_no_title() -> None:
    with pytest.raises(InputError, match="the text is empty"):
        read_text(" \n --- ")


# --- encodings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "Café Manager\n\n• Don’t burn the crème brûlée – ever"
    job = read_file(write(tmp_path, "x.txt", text.encode(encoding)))
    assert job == Job(title="Café Manager", text=text)


def test_one_wrong_byte_does_not_spoil_the_rest() -> None:
    assert decode("naïve ".encode() + b"caf\xe9 \x81") == "naïve café \x81"


@pytest.mark.parametrize(
    ("damaged", "meant"),
    [
        ("Donâ€™t", "Don’t"),
        ("cafÃ© crÃ¨me", "café crème"),
        ("â€œHiâ€\x9d", "“Hi”"),
        ("â€œHiâ€ x", "“Hi” x"),
        ("a â€“ b â€¢ c", "a – b • c"),
        ("5Â°", "5°"),
        ("ðŸ˜€", "😀"),
        ("CafÃƒÂ©", "Café"),
        ("façade “Ä” NÃO Spaß“ Ã la", "façade “Ä” NÃO Spaß“ Ã la"),
    ],
)
def test_mojibake(damaged: str, meant: str) -> None:
    assert repair(damaged) == meant


def test_odd_characters() -> None:
    odd = "\ufeffa\u00a0b\u200bc\u00add\x07e\r\nf\rg\u2028h \t\n\uf0b7 i\u0301 isn\ufffdt"
    assert tidy(odd) == "a bcde\nf\ng\nh\n• í isn't"


def test_tidy_keeps_tabs_and_one_gap() -> None:
    assert tidy("a\tb\n\n\n\n\n\nc") == "a\tb\n\n\nc"


@pytest.mark.parametrize("content", [b"a\0b" * 20, bytes(range(1, 32)) * 10, b"MZ\x90\0\3\0\0"])
def test_binary_is_no_text(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError) as error:
        read_file(write(tmp_path, "x.txt", content))
    assert message(error) == "x.txt is not a text; save it as .txt (UTF-8), .docx or .pdf"


# --- HTML and Markdown -----------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html><head><title>Registered Nurse | Acme</title><style>p{}</style></head>
<body><nav>Home</nav><!-- <p>no --><h1>Registered  Nurse II</h1><p>Care for<br>patients &amp; kin.
<ul><li><p>Give meds</p><li>Chart <b>well</b></ul><table><tr><th>Duty<th>Time</tr><tr><td><p>Round</p>
<td>40%</table><script>"<p>no"</script><footer>© no</footer>"""


def test_html(tmp_path: Path) -> None:
    job = read_file(write(tmp_path, "x.html", PAGE))
    assert job.title == "Registered Nurse II"
    assert job.text.split("\n") == [
        "Registered Nurse II", "", "Care for", "patients & kin.", "", "• Give meds",
        "• Chart well", "", "Duty\tTime", "Round\t40%",
    ]  # fmt: skip


def test_the_title_of_the_page_if_there_is_no_heading(tmp_path: Path) -> None:
    page = PAGE.replace("h1>", "div>")
    assert read_file(write(tmp_path, "x.htm", page)).title == "Registered Nurse"
    page = page.replace("Registered Nurse | Acme", "Careers at Acme")
    assert read_file(write(tmp_path, "x.htm", page)).title == "Registered Nurse II"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>a <b>b</i> c", "a b c"),
        ("a < b & c > d", "a < b & c > d"),
        ("<nav>never ends <p>Cook", "never ends\n\nCook"),
        ("<!-- never ends <p>Cook", "never ends\n\nCook"),
        ("<pre>a\n  b</pre>c", "a\nb\n\nc"),
        ("Cook <a href='", "Cook a href='"),
        ("<p>x</p><![CDATA[y]]>z", "x\n\nz"),
    ],
)
def test_broken_html(source: str, text: str) -> None:
    assert html_text(source)[0] == text


@pytest.mark.parametrize("part", ["<!--", "<a ", "</", "<![CDATA[", "<nav>", "&#", "<?", "<p>"])
def test_html_takes_linear_time(part: str) -> None:
    html_text(part * 100_000)  # some of these would take minutes


MARKDOWN = """# **Line Cook**

Some *emphasis*, `code`, [a link](https://example.org) and snake_case_words.

* Grill
- __Clean__
1. Rest

| Duty | Share |
|------|------:|
| Cook | 60 %  |

> quoted<br>twice
"""


def test_markdown(tmp_path: Path) -> None:
    job = read_file(write(tmp_path, "x.md", MARKDOWN))
    assert job.title == "Line Cook"
    assert job.text.split("\n") == [
        "Line Cook", "", "Some emphasis, code, a link and snake_case_words.", "", "* Grill",
        "- Clean", "1. Rest", "", "Duty\tShare", "", "Cook\t60 %", "", "quoted", "twice",
    ]  # fmt: skip


@pytest.mark.parametrize("part", ["**a", "[", "[a](", "- ", "| ", " ", "# ", "`a", "_a ", "<b "])
def test_markdown_takes_linear_time(part: str) -> None:
    markdown_text(part * 100_000)


# --- Word ----------------------------------------------------------------------------------------------


def word(fill: str = "") -> bytes:
    docx = pytest.importorskip("docx", reason="python-docx is not installed")
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Page header"
    document.add_paragraph("ACME HOSPITAL")
    document.add_heading("Position Description", 1)
    document.add_heading("Unit Clerk II", 0)
    document.add_paragraph("Keeps the unit's records.")
    document.add_paragraph("Answers phones", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["Duty", "Time", "Files", "40%"], strict=True):
        cell.text = text
    wide = document.add_table(rows=1, cols=2)
    wide.cell(0, 0).text = "Duties"
    wide.cell(0, 1).text = "Sorts mail"
    wide.cell(0, 1).add_paragraph("Greets visitors", style="List Number")
    document.add_paragraph(f"High school diploma.{fill}")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def change(data: bytes, old: str, new: str) -> bytes:
    """The Word file with a change in the XML of its body."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            target.writestr(name, content)
    return out.getvalue()


def test_word(tmp_path: Path) -> None:
    job = read_file(write(tmp_path, "x.docx", word()))
    assert job.title == "Unit Clerk II"
    assert job.text.split("\n") == [
        "ACME HOSPITAL", "Position Description", "Unit Clerk II", "Keeps the unit's records.",
        "• Answers phones", "Duty\tTime", "Files\t40%", "Duties", "Sorts mail",
        "• Greets visitors", "High school diploma.",
    ]  # fmt: skip


def test_word_content_controls_and_changes() -> None:
    paragraph = "<w:p><w:r><w:t>ACME HOSPITAL</w:t></w:r></w:p>"
    control = f"<w:sdt><w:sdtContent>{paragraph}</w:sdtContent></w:sdt>"
    changes = (
        "<w:p><w:ins><w:r><w:t>kept</w:t><w:tab/><w:t>too</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
    )
    lines = docx_text(change(word(), paragraph, control + changes), "x.docx")[0].split("\n")
    assert lines[:2] == ["ACME HOSPITAL", "kept too"]


def test_word_without_a_title_among_its_headings(tmp_path: Path) -> None:
    data = change(word(), "Unit Clerk II", "Acme cares")
    data = change(data, "ACME HOSPITAL", "Job Title: Ward Clerk")
    assert read_file(write(tmp_path, "x.docx", data)).title == "Ward Clerk"


@pytest.mark.parametrize("content", [b"PK\x03\x04 cut off", b"no zip at all", b"  "])
def test_damaged_word(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError) as error:
        read_file(write(tmp_path, "x.docx", content))
    assert "x.docx is damaged or not a Word document" in message(error)


def test_word_with_damaged_xml(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"x\.docx is damaged"):
        read_file(write(tmp_path, "x.docx", change(word(), "</w:body>", "")))


def test_locked_word(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"password-protected or in an old Office format"):
        read_file(write(tmp_path, "x.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)))


def test_a_word_file_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socoder.reading.documents.MAX_UNPACKED", 1000)
    with pytest.raises(InputError, match="unpacks to more than"):
        docx_text(word(), "x.docx")


def test_the_bytes_tell_the_format(tmp_path: Path) -> None:
    assert read_file(write(tmp_path, "x.txt", word())).title == "Unit Clerk II"
    assert read_stdin(io.BytesIO(word())).title == "Unit Clerk II"
    assert read_stdin(io.BytesIO(pdf(["Ward Clerk"]))).title == "Ward Clerk"


@pytest.mark.parametrize(("name", "module"), [("x.docx", "docx"), ("x.pdf", "pypdf")])
def test_without_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError) as error:
        read_file(write(tmp_path, name, b"x"))
    assert "pip install 'socoder[docs-in]'" in message(error)


# --- PDF -----------------------------------------------------------------------------------------------


def pdf(*pages: list[str]) -> bytes:
    """A PDF with the lines of each page, in Helvetica."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj T* " for line in lines)
        stream = f"BT /F1 12 Tf 50 750 Td 14 TL {shown}ET"
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {len(objects) + 2} 0 R>>"
        )
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    out = "%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{content}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{out.index('xref')}\n%%EOF"
    return out.encode("latin-1")


needs_pypdf = pytest.mark.skipif(find_spec("pypdf") is None, reason="pypdf is not installed")


@needs_pypdf
def test_pdf(tmp_path: Path) -> None:
    pages = [
        [
            "Acme Hospital",
            "Unit Clerk",
            "Is respon-",
            "sible for full-",
            "time filing.",
            "Page 1 of 3",
        ],
        ["Acme Hospital", "Sorts mail.", "Greets visitors.", "Answers phones.", "Page 2 of 3"],
        ["Acme Hospital", "Diploma needed.", "Page 3 of 3"],
    ]
    job = read_file(write(tmp_path, "x.pdf", pdf(*pages)))
    assert job.title == "Unit Clerk"
    assert job.text.split("\n") == [
        "Acme Hospital", "Unit Clerk", "Is responsible for full-time filing.", "Sorts mail.",
        "Greets visitors.", "Answers phones.", "Diploma needed.",
    ]  # fmt: skip


@needs_pypdf
def test_a_one_page_pdf_keeps_its_lines(tmp_path: Path) -> None:
    job = read_file(write(tmp_path, "x.pdf", pdf(["Ward Clerk", "Files charts", "-1-"])))
    assert job.text == "Ward Clerk\nFiles charts"


@needs_pypdf
def test_a_scanned_pdf(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_file(write(tmp_path, "scan.pdf", pdf([], ["1"])))
    assert message(error).startswith("scan.pdf has no text: if it was scanned, run OCR first")


@needs_pypdf
@pytest.mark.parametrize(("password", "opens"), [("", True), ("secret", False)])
def test_an_encrypted_pdf(tmp_path: Path, password: str, opens: bool) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(io.BytesIO(pdf(["Ward Clerk", "Files charts"]))))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    path = write(tmp_path, "x.pdf", stream.getvalue())
    if opens:
        assert read_file(path).title == "Ward Clerk"
    else:
        with pytest.raises(InputError, match=r"x\.pdf is encrypted"):
            read_file(path)


@needs_pypdf
@pytest.mark.parametrize("content", [b"%PDF-1.4 cut off", b"no pdf at all", b"%PDF-"])
def test_a_damaged_pdf_is_one_line(
    tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    propagated = logging.getLogger("pypdf").propagate
    with pytest.raises(InputError) as error:
        read_file(write(tmp_path, "x.pdf", content))
    assert "x.pdf is damaged or not a PDF" in message(error)
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("pypdf").propagate is propagated


@needs_pypdf
def test_a_pdf_of_too_many_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socoder.reading.documents.MAX_PAGES", 1)
    with pytest.raises(InputError, match="has 2 pages, more than 1"):
        read_file(write(tmp_path, "x.pdf", pdf(["a"], ["b"])))


# --- files that cannot be read ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("x.doc", "save it as .docx"),
        ("x.rtf", "save it as .docx or .txt"),
        ("x.odt", "save it as .docx or .txt"),
        ("x.JPG", "run OCR first"),
        ("x.xlsx", "socoder bulk"),
        ("x.zip", "unpack it first"),
        ("x.xyz", "no format that is read here"),
    ],
)
def test_other_formats(tmp_path: Path, name: str, advice: str) -> None:
    with pytest.raises(InputError) as error:
        read_file(write(tmp_path, name, b"x"))
    assert message(error).startswith(name)
    assert advice in message(error)


@pytest.mark.parametrize("content", [b"{\\rtf1 x}", b"\x89PNG\r\n", b"\xff\xd8\xff", b"PK\x03\x04"])
def test_other_formats_by_another_name(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match=r"x\.txt is an? "):
        read_file(write(tmp_path, "x.txt", content))


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.txt: there is no such file"):
        read_file(tmp_path / "none.txt")
    with pytest.raises(InputError, match="is a folder"):
        read_file(tmp_path)


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "x.txt", POSTING)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"x\.txt: no permission"):
        read_file(path)


@pytest.mark.parametrize("name", ["a\0b.txt", "x" * 5000, "We need\na cook" + "!" * 300])
def test_what_is_no_name_of_a_file(name: str) -> None:
    with pytest.raises(InputError) as error:
        read_file(Path(name))
    assert len(message(error)) < 250


def test_limits(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(InputError, match=r"large\.txt is larger than 20 MB"):
        read_file(path)
    with pytest.raises(InputError, match="more than 5,000,000 characters"):
        read_text("a" * (MAX_CHARACTERS + 1))


def test_five_megabytes_of_text(tmp_path: Path) -> None:
    line = "• Grills burgers and doesn’t burn them\n"
    text = "Line Cook\n" + line * ((MAX_CHARACTERS - 10) // len(line))
    job = read_file(write(tmp_path, "x.txt", text))
    assert job == Job(title="Line Cook", text=text.strip())


def test_messages_hold_no_text(tmp_path: Path) -> None:
    for name in ("x.docx", "x.pdf", "x.txt"):
        with pytest.raises(InputError) as error:
            read_file(write(tmp_path, name, b"Jane Doe\0"))
        assert "Jane" not in message(error)


# --- titles ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Title: Sanitation Engineer – Evenings\nDept: EVS", "Sanitation Engineer – Evenings"),
        ("Job Title - Cook", "Cook"),
        ("Position: Behavior Support Professional", "Behavior Support Professional"),
        ("POSITION TITLE\n\nDietary Aide\n", "Dietary Aide"),
        ("Role: Nurse", "Nurse"),
        ("COUNTY\nCLASS TITLE: Clerk II      FLSA: Exempt", "Clerk II"),
        ("Position Title: Clerk II Department: Records", "Clerk II"),
        ("JOB TITLE\tFork Lift Operator\tGRADE 3", "Fork Lift Operator"),
        ("**Title:** Dir. of Nursing. Reports to the CEO", "Dir. of Nursing"),
        ("Position: Full-time\nJob Title: Cashier", "Cashier"),
        ("# Line Cook\n\nText", "Line Cook"),
        ("RN II – Med/Surg – $5,000 Sign-On Bonus!!", "RN II – Med/Surg – $5,000 Sign-On Bonus"),
        ("Job Description\nNurse Manager\nText", "Nurse Manager"),
        ("Registered Nurse - Job Description", "Registered Nurse"),
        ("Acme Engineers LLC\nProject Engineer", "Project Engineer"),
        ("School Cafeteria Manager I\nText", "School Cafeteria Manager I"),
        ("Title IX Coordinator\nText", "Title IX Coordinator"),
        ("Museum Registrar", "Museum Registrar"),
        ("Role: As a nurse, you will help.", ""),
        ("About us\nAcme is great.", ""),
        ("We need a cook.", ""),
        ("hey future hero 👋\n\nWe make meals.", ""),
        ("• Nurse", ""),
        ("Essential duties:\nCook", ""),
        ("Class: Exempt", ""),
        ("", ""),
    ],
)
def test_find_title(text: str, title: str) -> None:
    assert find_title(text) == title


@pytest.mark.parametrize(
    "line", ["Acme Engineers Inc.", "City of Cooks", "a@b.org nurse", "x" * 200]
)
def test_no_titles(line: str) -> None:
    assert not is_title(line)


def test_the_title_stays_in_the_text() -> None:
    assert read_text("Job Title: Cook\nGrills.").text == "Job Title: Cook\nGrills."


# --- whatever comes in ---------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    content=st.binary(max_size=400)
    | st.deferred(
        lambda: st.sampled_from([word(), word()[:3000], pdf(["Line Cook"]), b"%PDF-1.4"])
    ),
    suffix=st.sampled_from([".txt", ".md", ".html", ".docx", ".pdf", ".doc", ".xyz", ""]),
    cut=st.integers(0, 400),
)
def test_arbitrary_bytes_give_a_job_or_one_line(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str, cut: int
) -> None:
    content = content[:cut] + content[cut + 1 :]
    path = write(tmp_path_factory.mktemp("any"), f"x{suffix}", content)
    for read in (lambda: read_file(path), lambda: read_stdin(io.BytesIO(content))):
        try:
            job = read()
        except SocoderError as error:
            assert "\n" not in str(error)
        else:
            assert job.title or job.text


@given(st.text(), st.text(max_size=20))
@example("\ud800", "")
@example("<p>" * 3000, "")
def test_arbitrary_text_gives_a_job_or_one_line(text: str, title: str) -> None:
    try:
        job = read_text(text, title)
    except SocoderError as error:
        assert "\n" not in str(error)
    else:
        assert job.title or job.text
        assert "\n" not in job.title
        assert (job.title + job.text).encode()


@given(st.text())
@example("<" * 50)
def test_arbitrary_markup(source: str) -> None:
    html_text(source)
    html_text(source.replace("a", "<li>").replace("e", "<td>").replace("0", "</p>"))
    markdown_text(source)


def test_reading_imports_nothing_heavy() -> None:
    heavy = "{'docx', 'pypdf', 'spacy', 'pandas', 'numpy', 'torch'}"
    code = f"import sys, socoder.read; sys.exit(bool({heavy} & set(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert (
        subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
    )
