"""Contacts and personal names are masked before anything is stored or printed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socoder.masking import mask
from socoder.records import Title
from socoder.split import split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Contact Jane Smith at (555) 123-4567 ext. 12", "Contact [name] at [phone]"),
        ("Email resume to Maria de la Cruz, maria@x.co", "Email resume to [name], [email]"),
        ("Jane O'Neil, HR Director, 555.123.4567", "[name], HR Director, [phone]"),
        ("CALL JANE SMITH 555-123-4567", "CALL [name] [phone]"),
        ("Ask for Luis at 555-222-1111", "Ask for [name] at [phone]"),
        ("call 555-1234 ask for Bob Jones", "call [phone] ask for [name]"),
        ("Call Mrs. D.", "Call Mrs. [name]"),
        ("sit with Mr. Rivers in the yard", "sit with Mr. [name] in the yard"),
        ("Attn: Pat Lee", "Attn: [name]"),
        ("Please contact Ann B. Lee.", "Please contact [name]."),
        ("Hiring manager: Dana Whitfield", "Hiring manager: [name]"),
        ("dana (at) example (dot) org", "[email]"),
        ("1-800-555-1212 or +44 20 7946 0958", "[phone] or [phone]"),
        ("SSN 123-45-6789, DOB: 03/04/1980", "SSN [id], DOB: [id]"),
        ("Date of birth: March 4, 1980", "Date of birth: [id]"),
        ("linkedin.com/in/dana-w", "[id]"),
    ],
)
def test_contacts_are_masked(text: str, expected: str) -> None:
    assert mask(text) == expected
    assert mask(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Call Center Agent needed", "Contact Human Resources", "Send resumes to Human Resources",
        "Pay $20-25 for 500-1000 units, ZIP 12345-6789", "Reports to Program Supervisor",
        "Supervisor: Nursing Director", "Call families and providers daily", "See Appendix A",
        "Open 7:00-9:30, Section 1619(b), ICS 300/400", "Contact Potential Buyers",
    ],
)  # fmt: skip
def test_other_words_and_figures_stay(text: str) -> None:
    assert mask(text) == text


_LOCAL = st.from_regex(r"[a-z][a-z0-9]{2,12}(?:[._+-][a-z0-9]{1,8})?", fullmatch=True)
_EMAIL = st.builds(
    "{}@{}.{}".format,
    _LOCAL,
    _LOCAL.map(lambda word: word.strip("._+-")),
    st.sampled_from(["org", "com", "co.uk"]),
)
_PHONE = st.builds(
    lambda form, area, middle, last: form.format(area, middle, last),
    st.sampled_from(["({}) {}-{:04d}", "{}-{}-{:04d}", "{}.{}.{:04d}", "{} {} {:04d}", "+1 {} {} {:04d}", "1-{}-{}-{:04d}"]),
    st.integers(200, 999), st.integers(200, 999), st.integers(0, 9999),
)  # fmt: skip


@given(st.text(max_size=80), _EMAIL, _PHONE, st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_no_inserted_contact_survives(before: str, email: str, phone: str, after: str) -> None:
    masked = mask(f"{before} {email} and {phone} {after}")
    assert email not in masked
    assert phone not in masked


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(_EMAIL, _PHONE)
@settings(max_examples=25, deadline=None)
def test_nothing_of_a_posting_holds_a_contact(email: str, phone: str) -> None:
    text = f"- Cook meals\n- Wash dishes\n\nContact Maria Lopez, {phone} or {email}. Must have GED."
    posting = repr(split(Title("Cook", ("Cook",)), text))
    assert email not in posting
    assert phone not in posting
    assert "Lopez" not in posting


@pytest.mark.parametrize("piece", ["a", "a@", "1 ", "Aa ", "contact ", "- ", "555-", "a at b dot "])
def test_masking_is_linear(piece: str) -> None:
    started = time.perf_counter()
    mask(piece * (500_000 // len(piece)))
    assert time.perf_counter() - started < 10
