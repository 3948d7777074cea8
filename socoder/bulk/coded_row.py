"""The soc_ columns of one row, from a coding: codes, confidences, reasons, alternatives as cells."""

from __future__ import annotations

from dataclasses import dataclass

from socoder.records import Coding, ModelInfo

SHOWN, WORTH = 3, 0.01  # so many alternatives always, more from this probability on
DIGITS = 4  # of a probability


@dataclass(frozen=True, slots=True)
class CodedRow:
    """The soc_ columns of a row, in their order, without their prefix. Confidences are 0-1, and
    None where there is no code; `reasons` and `role_tags` are joined by "|", `alternatives` are
    "code:probability" joined by "|"; `model` is the bundle with the start of its sha256."""

    code: str
    title: str
    confidence: float | None
    confidence_broad: float | None
    confidence_minor: float | None
    confidence_major: float | None
    status: str
    reasons: str
    alternatives: str
    role_tags: str
    model: str

    @property
    def cells(self) -> tuple[str | float | None, ...]:
        """The eleven cells, in order."""
        return (
            self.code, self.title, self.confidence, self.confidence_broad, self.confidence_minor,
            self.confidence_major, self.status, self.reasons, self.alternatives, self.role_tags,
            self.model,
        )  # fmt: skip


def coded_row(coding: Coding) -> CodedRow:
    """The cells of a coding."""
    sure = coding.confidence

    def share(value: float) -> float | None:
        return round(value, DIGITS) if coding.soc_code else None

    return CodedRow(
        coding.soc_code,
        coding.soc_title,
        share(sure.detailed),
        share(sure.broad),
        share(sure.minor),
        share(sure.major),
        coding.status,
        "|".join(coding.review_reasons),
        "|".join(
            f"{other.soc_code}:{other.probability:.2f}"
            for number, other in enumerate(coding.alternatives)
            if number < SHOWN or other.probability >= WORTH
        ),
        "|".join(coding.role_tags),
        named(coding.model),
    )


def named(model: ModelInfo) -> str:
    """The bundle as it stands in the last column."""
    return f"{model.bundle}@{model.sha256[:12]}"
