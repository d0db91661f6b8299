"""Make the committed examples anew: a post's, an office's and a unit's sheet as PDF and SVG.

uv run python exports/sample/make.py [FOLDER]
"""

import os
import sys
import tempfile
from pathlib import Path

from riskmap.cli import main

EXAMPLES = {"post": "FZ-U1-K13-G01", "office": "FZ-U2-K03", "unit": "FZ-U1"}


def make(target: Path) -> None:
    """Write the examples from a database that holds nothing but the sample."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RISKMAP_DATABASE_URL"] = f"sqlite:///{folder}/sample.db"
        main(["demo", "--no-serve", "--output", folder], standalone_mode=False)
        for name, code in EXAMPLES.items():
            for kind in ("pdf", "svg"):
                output = str(target / f"{name}.{kind}")
                main(["print", code, "--format", kind, "-o", output], standalone_mode=False)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
