"""`socoder code`: postings, or a title alone, in; a page or JSON for each, out."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated, Any

import typer

from socoder.cli.ask import Answers, ask, changes, check_askable, recoded
from socoder.errors import InputError, SocoderError
from socoder.records import POLICIES, Coding, Job, Policy, Posting, Settings

if TYPE_CHECKING:
    from socoder.coder import Coder
    from socoder.overrides import Overrides

STDIN = "-"
PARTLY_REJECTED, REJECTED = 3, 2
DEFAULT = Settings()
_RUNNERS_UP, _ON_THE_PAGE = 9, 5
_HOW = "name a file, pipe a text in, or give --title (see socoder code --help)"


@dataclass(frozen=True, slots=True)
class Coded:
    """What became of one input: its coding, with the posting if all is to be explained, or the
    error it met. `name` is a path, "-" for standard input, or "" for a title alone. Where questions
    were answered, `before` is the coding without the `answers`."""

    name: str
    coding: Coding | None = None
    posting: Posting | None = None
    error: SocoderError | None = None
    before: Coding | None = None
    answers: Answers = field(default_factory=dict)


def code(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILES",
            help="Postings: .txt, .md, .html, .docx or .pdf; - is standard input, which is also"
            " read when no file is named and it is not a terminal.",
        ),
    ] = None,
    *,
    title: Annotated[
        str, typer.Option(help="The job title, if the text does not hold it, or if it is all.")
    ] = "",
    industry: Annotated[
        str, typer.Option(help="Industry of the employer: words, or a NAICS or Census code.")
    ] = "",
    department: Annotated[str, typer.Option(help="Department, such as Housekeeping.")] = "",
    education: Annotated[str, typer.Option(help="Education that the job requires.")] = "",
    employer_type: Annotated[
        str, typer.Option(help="Kind of employer, such as school district or private household.")
    ] = "",
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print JSON: one object, or JSON Lines for several inputs."),
    ] = False,
    policy: Annotated[
        str,
        typer.Option(
            help="What decides in a combined job: guideline (skill, then time: the SOC manual),"
            " time, or weighted (time x skill)."
        ),
    ] = "guideline",
    top: Annotated[
        int | None,
        typer.Option(min=0, help="How many runners-up. Default: 9 in JSON, 5 on the page."),
    ] = None,
    explain: Annotated[
        str,
        typer.Option(
            help="all: also rules without effect, title clean-up, passages set aside, parts of"
            " the score."
        ),
    ] = "short",
    asking: Annotated[
        bool,
        typer.Option("--ask", help="Ask what would settle a doubtful code, and code again."),
    ] = False,
    bundle: Annotated[
        Path | None, typer.Option(help="Folder of another model bundle than the shipped one.")
    ] = None,
    encoder: Annotated[
        str,
        typer.Option(
            help="A sentence-transformers model, name or folder, in place of the encoder."
        ),
    ] = "",
    calibration: Annotated[
        Path | None,
        typer.Option(help="Confidence fitted to your own rows: see socoder evaluate --labels."),
    ] = None,
    overrides: Annotated[
        Path | None,
        typer.Option(help="Codes that people decided for exact titles: see socoder review learn."),
    ] = None,
    material_share: Annotated[
        float, typer.Option(help="Share of time from which an occupation counts.")
    ] = DEFAULT.material_share,
    supervisor_share: Annotated[
        float, typer.Option(help="Share of time from which a supervisor is coded as one.")
    ] = DEFAULT.supervisor_share,
    management_share: Annotated[
        float, typer.Option(help="Share of time from which a manager is coded as one.")
    ] = DEFAULT.management_share,
    skill_difference: Annotated[
        int, typer.Option(help="Job Zones by which skill must differ to decide, 1 to 4.")
    ] = DEFAULT.skill_difference,
    target_accuracy: Annotated[
        float, typer.Option(help="Accuracy that codings accepted without review should have.")
    ] = DEFAULT.target_accuracy,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of --json and exit.")
    ] = False,
) -> None:
    """Give the SOC code of jobs, how sure that is, and why."""
    if schema:
        typer.echo(schema_file().read_text(encoding="utf-8"), nl=False)
        return
    settings = check_settings(
        Settings(
            material_share, supervisor_share, management_share, skill_difference, target_accuracy
        )
    )
    chosen, everything = _policy(policy), _everything(explain)
    names = input_names(files or [], title, sys.stdin is not None and not sys.stdin.isatty())
    if asking:
        check_askable(names)
    shown = _RUNNERS_UP if as_json or everything else _ON_THE_PAGE
    runners_up = shown if top is None else top
    rejected = 0

    def load() -> Coder:
        return load_coder(bundle, encoder, settings, calibration)

    given = Job(title, "", "", industry, department, education, employer_type)
    for one in code_inputs(
        names, given, load, policy=chosen, top=runners_up, everything=everything, asking=asking,
        overrides=overrides,
    ):  # fmt: skip
        if one.error and len(names) == 1:
            raise one.error
        if one.error:
            from socoder.cli.page import plain

            rejected += 1
            typer.echo(f"socoder: error: {plain(str(one.error))}", err=True)
        elif one.coding and as_json:
            found = as_object(one.coding, one.name, one.posting)
            if asking:
                found["answers"] = one.answers
            typer.echo(_dumped(found, indent=2 if len(names) == 1 else None))
        elif one.coding:
            _print_page(one.coding, one.posting, one.name if len(names) > 1 else "")
        if asking and one.coding:
            for line in _what_changed(one.before, one.coding):
                typer.echo(line, err=True)
    if rejected:
        typer.echo(f"socoder: {rejected} of {len(names)} inputs were rejected", err=True)
        raise typer.Exit(REJECTED if rejected == len(names) else PARTLY_REJECTED)


def code_inputs(
    names: Sequence[str],
    given: Job,
    load: Callable[[], Coder],
    *,
    policy: Policy = "guideline",
    top: int = _RUNNERS_UP,
    everything: bool = False,
    asking: bool = False,
    overrides: Path | None = None,
) -> Iterator[Coded]:
    """Read and code each input, in order; one that cannot be used comes back with its error.
    `given` is what was said beside the inputs: a title, an industry … With `asking` the open
    questions of each are asked at the terminal, and it is coded again. What people decided about
    a title (the table `overrides`) has the last word.

    The coder is loaded once, when there is a job to code; its errors (BundleError …) are raised.
    """
    coder: Coder | None = None
    decided: Overrides | None = None
    for name in names:
        try:
            read = read_job(name, given.title)
            job = replace(given, title=read.title, text=read.text, id=read.id)
        except SocoderError as error:
            yield Coded(name, error=_located(name, error))
            continue
        if coder is None:
            with _quick_start(job):
                coder = load()
            decided = _decided(overrides, coder)
        try:
            coding = coder.code(job, policy, top)
            before, answers = None, ask(coding.questions) if asking else {}
            if answers:
                before, coding = coding, recoded(coder, job, coding, answers, policy, top)
            if decided:
                coding = decided.settle(job, coding, coder.classification)
            posting = coder.posting(job) if everything else None
            yield Coded(name, coding, posting, before=before, answers=answers)
        except SocoderError as error:
            yield Coded(name, error=_located(name, error))


def _decided(path: Path | None, coder: Coder) -> Overrides | None:
    if path is None:
        return None
    from socoder.overrides import load_overrides

    return load_overrides(path, coder.classification)


@contextmanager
def _quick_start(job: Job) -> Iterator[None]:
    """Load spaCy, which only texts need, beside the bundle; and leave the garbage collector out
    of it, which would walk all that was just imported again and again for a tenth of the time."""
    gc.disable()
    ahead = Thread(target=_load_spacy, daemon=True)
    if job.text.strip():
        ahead.start()
    try:
        yield
    finally:
        if job.text.strip():
            ahead.join()
        gc.freeze()
        gc.enable()


def _load_spacy() -> None:
    from socoder.splitting.language import pipeline

    pipeline()


def input_names(files: Sequence[str], title: str, piped: bool) -> list[str]:
    """What is to be read: the files, else standard input if it is piped, else the title alone
    (""). Raises InputError where there is nothing, or one title for several inputs."""
    if files.count(STDIN) > 1:
        raise InputError("standard input (-) can be read only once: name it once")
    if title.strip() and len(files) > 1:
        raise InputError("--title names one job: give it with one input, not with several")
    if files:
        return list(files)
    if piped:
        return [STDIN]
    if title.strip():
        return [""]
    raise InputError(f"nothing to code: {_HOW}")


def read_job(name: str, title: str = "") -> Job:
    """The job that an input holds, under `title` if one is given. Raises InputError for what
    cannot be read or is empty; an empty input with a title is the title alone."""
    from socoder.read import read_file, read_stdin, read_text

    if name == STDIN:
        if sys.stdin is None:
            raise InputError(f"standard input is closed: {_HOW}")
        if sys.stdin.isatty():
            typer.echo("Type or paste the posting, then press Ctrl-D (Windows: Ctrl-Z).", err=True)
        return read_stdin(sys.stdin.buffer, title.strip())
    return read_file(Path(name), title.strip()) if name else read_text("", title.strip())


def check_settings(settings: Settings) -> Settings:
    """The settings themselves; raises InputError that names all which are out of range."""
    wrong = [
        f"--{name.replace('_', '-')} must be above 0 and at most 1 (20 % is 0.2), not {share:g}"
        for name in ("material_share", "supervisor_share", "management_share", "target_accuracy")
        if not 0 < (share := getattr(settings, name)) <= 1
    ]
    if not 1 <= settings.skill_difference <= 4:
        wrong.append(f"--skill-difference must be 1 to 4 zones, not {settings.skill_difference}")
    if wrong:
        raise InputError("; ".join(wrong))
    return settings


def load_coder(
    bundle: Path | None,
    encoder: str = "",
    settings: Settings = DEFAULT,
    calibration: Path | None = None,
) -> Coder:
    """`Coder.load`, imported only now: it is what takes time."""
    from socoder.coder import Coder

    return Coder.load(bundle, encoder, settings, calibration)


def schema_file() -> Path:
    """Where the published JSON Schema of a coding lies."""
    return Path(__file__).parents[1] / "data" / "coding.schema.json"


def as_object(coding: Coding, name: str, posting: Posting | None = None) -> dict[str, Any]:
    """The object of the schema with the name of its input, and with how it was prepared if the
    `posting` is given. `rules` are those that had an effect."""

    def listed(fired: bool) -> list[dict[str, str]]:
        steps = [step for step in coding.rules if step.fired == fired]
        return [{"id": s.id, "citation": s.citation, "outcome": s.outcome} for s in steps]

    whole = coding.to_dict()
    found = {"schema": whole.pop("schema"), "input": name, **whole, "rules": listed(True)}
    if posting:
        title = posting.title
        found["explanation"] = {
            "title": {
                "variants": title.variants,
                "removed": title.removed,
                "expanded": title.expanded,
            },
            "set_aside": [{"text": part.text, "kind": part.kind} for part in posting.set_aside],
            "rules_without_effect": listed(False),
        }
    return found


def _what_changed(before: Coding | None, after: Coding) -> Iterator[str]:
    """What the answers changed, or that there are none."""
    if before:
        yield from changes(before, after)
    elif after.questions:
        yield "No question was answered: nothing changed."
    else:
        yield "There is nothing to ask: the code is not in doubt, or no answer would settle it."


def _print_page(coding: Coding, posting: Posting | None, heading: str) -> None:
    from socoder import soc
    from socoder.cli.page import ASCII, UNICODE, console, page, plain

    out = console()
    glyphs = UNICODE if out.encoding.startswith("utf") else ASCII
    if heading:
        out.print(plain(heading), style="dim")
    out.print(page(coding, soc.load().title, len(coding.alternatives), posting, glyphs))
    if heading:
        out.print()


def _dumped(found: dict[str, Any], indent: int | None) -> str:
    text = json.dumps(found, ensure_ascii=False, indent=indent, allow_nan=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # a narrow terminal encoding, or a file name that is not UTF-8
        text = json.dumps(found, indent=indent, allow_nan=False)
    return text


def _located(name: str, error: SocoderError) -> SocoderError:
    """The error with the whole path of its file, as it was given: names alone may repeat."""
    where, said = "standard input" if name == STDIN else name, str(error)
    if where and where not in said:
        said = said.removeprefix(Path(name).name).lstrip(": ")
        said = f"{where} {said}" if said.startswith("is ") else f"{where}: {said}"
    return type(error)(said)


def _policy(text: str) -> Policy:
    for policy in POLICIES:
        if policy == text:
            return policy
    raise InputError(f"--policy must be one of {', '.join(POLICIES)}")


def _everything(explain: str) -> bool:
    if explain not in ("short", "all"):
        raise InputError("--explain must be all, or short (the default)")
    return explain == "all"
