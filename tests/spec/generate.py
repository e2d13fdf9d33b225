"""Write the reference page from the specs.

In the root of the repository: ``python -m tests.spec.generate``.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__" and not __package__:  # as a script: its own folder is on the path, not the root
    sys.path[0] = str(Path(__file__).parents[2])

from tests.spec.page import PAGE, render


def main() -> None:
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(render(), encoding="utf-8", newline="\n")
    print(f"wrote {PAGE.relative_to(Path(__file__).parents[2])}")


if __name__ == "__main__":
    main()
