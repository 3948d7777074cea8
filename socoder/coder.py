"""The main path: split → encode → rank → weigh → rules → calibrate → decide.

This is the whole program: every step is one call, and what passes between them is in `records`.
Reading comes before it (`read`), writing after it (`cli`, and whoever else holds a Coding).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from socoder import rules, soc
from socoder.bundle import Bundle
from socoder.calibrate import Calibrator
from socoder.decide import Evidence, decide, says_something, uncodable
from socoder.encode import OnnxEncoder, SentenceTransformerEncoder
from socoder.masking import mask
from socoder.questions import told
from socoder.rank import Ranker
from socoder.records import Coding, Job, Policy, Posting, Ranking, Settings
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
    calibrator: Calibrator
    penalty: float
    settings: Settings = field(default_factory=Settings)

    @classmethod
    def load(
        cls, bundle: Path | None = None, encoder: str = "", settings: Settings | None = None
    ) -> Coder:
        """Load the shipped bundle, or the one in the folder `bundle`. `encoder` names a
        sentence-transformers model to use in place of the shipped one.

        Raises BundleError for a missing, damaged or newer bundle."""
        stored = Bundle.load(bundle)
        classification = soc.load()
        if encoder:
            titles = [classification.title(code) for code in classification.detailed]
            ranker = Ranker.load(stored, SentenceTransformerEncoder(encoder), titles)
        else:
            ranker = Ranker.load(stored, OnnxEncoder(stored.folder))
        calibrator = Calibrator(stored.json("calibration.json"))
        penalty = float(stored.json("weights.json")["penalty"])
        return cls(stored, classification, ranker, calibrator, penalty, settings or Settings())

    def code(self, job: Job, policy: Policy = "guideline", top: int = 9) -> Coding:
        """The code of one job, with all of its evidence and the `top` runners-up."""
        return self.code_batch([job], policy, top)[0]

    def code_batch(
        self, jobs: Sequence[Job], policy: Policy = "guideline", top: int = 9
    ) -> list[Coding]:
        """One coding for each job, in order: the same as coding each alone, but faster."""
        postings = [self.posting(job) for job in jobs]
        rankings = iter(self.ranker.rank([p for p in postings if says_something(p)]))
        return [
            self._coding(posting, next(rankings), policy, top)
            if says_something(posting)
            else uncodable(posting, self.settings, policy, self.bundle.info, rules.RULES_VERSION)
            for posting in postings
        ]

    def code_posting(self, posting: Posting, policy: Policy = "guideline", top: int = 9) -> Coding:
        """The code of a posting that is split already, such as one with answers in it."""
        (ranking,) = self.ranker.rank([posting])
        return self._coding(posting, ranking, policy, top)

    def posting(self, job: Job) -> Posting:
        """The job with its title cleaned, its text split and its contacts masked."""
        title = clean(mask(job.title))
        return split(title, job.text) if job.text.strip() else Posting(title)

    def _coding(self, posting: Posting, ranking: Ranking, policy: Policy, top: int) -> Coding:
        known = self.classification
        tags = find_roles(posting)
        ranking = informed(ranking, posting, tags)
        material, duties = told(posting, known) or weigh(posting, ranking, known, self.penalty)
        ruling = rules.apply_rules(posting, material, ranking, known, self.settings, policy)
        sure = self.calibrator.probabilities(posting, ranking, material, ruling.soc_code, known)
        threshold = self.calibrator.threshold(posting, self.settings.target_accuracy)
        evidence = Evidence(posting, ranking, duties, ruling, sure, threshold, tags)
        info, version = self.bundle.info, rules.RULES_VERSION
        return decide(evidence, known, self.settings, policy, info, version, top)
