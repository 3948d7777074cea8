"""`python -m socoder` is `socoder`."""

from __future__ import annotations

import sys

from socoder.cli import main

if __name__ == "__main__":
    sys.exit(main())
