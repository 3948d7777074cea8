"""The review desk without its pages: what reviewers decide, kept so that it can be audited.

`store` keeps batches, items, reviewers and decisions; `queue` hands items out and takes decisions
in; `importing` and `exporting` are the ways in and out; `agreement`, `error_rate`, `learning` and
`regression` say what the decisions tell. Nothing here imports a step of the main path.
"""

from importlib.util import find_spec

from socoder.errors import MissingExtraError

if find_spec("sqlalchemy") is None:
    raise MissingExtraError("the review desk needs SQLAlchemy: pip install 'socoder[review]'")
