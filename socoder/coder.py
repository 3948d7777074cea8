"""The main path: split → encode → rank → weigh → rules → calibrate → decide.

This is the whole program: every step is one call, and what passes between them is in `records`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from socoder import rules, soc
from socoder.bundle import Bundle
from socoder.calibrate import Calibrator, load_adjustment
from socoder.context import Context, education_requirement
from socoder.decide import decide, says_something, uncodable
from socoder.encode import load_encoder
from socoder.masking import mask
from socoder.questions import told
from socoder.rank import Ranker
from socoder.records import Coding, Evidence, Job, Policy, Posting, Ranking, Settings
from socoder.roles import find_roles, informed
from socoder.split import split
from socoder.titles import clean
from socoder.weigh import weigh


@dataclass(frozen=True)
class Coder:
    """Codes jobs with one bundle, one classification and one set of thresholds.

    >>> from socoder import Coder, Job
    >>> coder = Coder.load()
    >>> coding = coder.code(Job(title="Registered Nurse, ICU, nights"))
    >>> coding.soc_code, coding.soc_title
    ('29-1141', 'Registered Nurses')
    """

    bundle: Bundle
    classification: soc.Classification
    ranker: Ranker
    context: Context
    calibrator: Calibrator
    penalty: float
    settings: Settings = field(default_factory=Settings)

    @classmethod
    def load(
        cls,
        bundle: Path | None = None,
        encoder: str = "",
        settings: Settings | None = None,
        calibration: Path | None = None,
    ) -> Coder:
        """Load the shipped bundle, or the one in the folder `bundle`. `encoder` names a
        sentence-transformers model to use in place of the shipped one, `calibration` a file that
        `socoder evaluate --recalibrate` wrote.

        Raises BundleError for a missing, damaged or newer bundle, InputError for another file."""
        stored = Bundle.load(bundle)
        classification = soc.load()
        # Another encoder has vectors of its own for the occupations: those of their titles.
        texts = tuple(map(classification.title, classification.detailed)) if encoder else ()
        ranker = Ranker.load(stored, load_encoder(stored.folder, encoder), texts)
        context = Context.load(stored, classification)
        adjustment = load_adjustment(calibration, stored.digest) if calibration else {}
        calibrator = Calibrator(stored.json("calibration.json"), adjustment)
        penalty = float(stored.json("weights.json")["penalty"])
        settings = settings or Settings()
        return cls(stored, classification, ranker, context, calibrator, penalty, settings)

    def code(self, job: Job, policy: Policy = "guideline", top: int = 9) -> Coding:
        """The code of one job, with all of its evidence and the `top` runners-up."""
        return self.code_batch([job], policy, top)[0]

    def code_batch(
        self, jobs: Sequence[Job], policy: Policy = "guideline", top: int = 9, brief: bool = False
    ) -> list[Coding]:
        """One coding for each job, in order: the same as coding each alone, but faster. A `brief` one
        asks no questions and does not say why the runners-up lost."""
        postings = [self.posting(job) for job in jobs]
        rankings = iter(self.ranker.rank([p for p in postings if says_something(p)]))
        return [
            self._coding(posting, self.context.informed(next(rankings), job), policy, top, brief)
            if says_something(posting)
            else uncodable(posting, self.settings, policy, self.bundle.info, rules.RULES_VERSION)
            for job, posting in zip(jobs, postings, strict=True)
        ]

    def code_posting(
        self, posting: Posting, job: Job, policy: Policy = "guideline", top: int = 9
    ) -> Coding:
        """The code of a job whose posting is split already, such as one with answers in it."""
        (ranking,) = self.ranker.rank([posting])
        return self._coding(posting, self.context.informed(ranking, job), policy, top)

    def posting(self, job: Job) -> Posting:
        """The job with its title cleaned, its text split and its contacts masked."""
        title = clean(mask(job.title))
        posting = split(title, job.text) if job.text.strip() else Posting(title)
        asked = education_requirement(job.education) if job.education else None
        added = (*posting.requirements, asked) if asked else posting.requirements
        return replace(posting, requirements=added)

    def ruled(self, posting: Posting, ranking: Ranking, policy: Policy = "guideline") -> Evidence:
        """What weighing and the guidelines make of a ranked posting; not yet how sure that is."""
        known, tags = self.classification, find_roles(posting)
        ranking = informed(ranking, posting, tags)
        material, duties = told(posting, known) or weigh(posting, ranking, known, self.penalty)
        ruling = rules.apply_rules(posting, material, ranking, known, self.settings, policy)
        return Evidence(posting, ranking, material, duties, ruling, tags)

    def _coding(
        self, posting: Posting, ranking: Ranking, policy: Policy, top: int, brief: bool = False
    ) -> Coding:
        known, evidence = self.classification, self.ruled(posting, ranking, policy)
        sure = self.calibrator.probabilities(evidence, known, self.settings.target_accuracy)
        info, version = self.bundle.info, rules.RULES_VERSION
        return decide(evidence, sure, known, self.settings, policy, info, version, top, brief)
