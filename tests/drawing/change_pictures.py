"""A dozen kinds of change on maps of the sample as pictures, for a person to look at.

uv run python -m tests.drawing.change_pictures [-o FOLDER] [KIND …]

Writes a PNG of the chart with the changes for each kind of `changing.CHANGES`, in colour and in
grey, and a PDF of the printed comparison. KIND names some of them (`"step added"`).
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from riskmap.app import create_app
from riskmap.db import db
from riskmap.document.diff import diff
from riskmap.drawing import dot
from riskmap.drawing.engine import Engine
from riskmap.maps.queries import documents
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.printing.comparison import Comparison, Version, print_comparison
from riskmap.printing.comparison_plan import plan
from tests.bench.drawing import load_sample
from tests.drawing.changing import CHANGES

VERSIONS = Version("第1版", "2026-01-05"), Version("第2版", "2026-02-01")


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.drawing.change_pictures")
    parser.add_argument("-o", "--output", type=Path, default=Path("exports/changes"))
    parser.add_argument("kinds", nargs="*", metavar="KIND", default=[*CHANGES])
    asked = parser.parse_args(arguments)
    asked.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Engine() as engine:
        app = create_app(f"sqlite:///{folder}/sample.db")
        with app.app_context():
            load_sample()
            for kind in asked.kinds:
                code, change = CHANGES[kind]
                (old,) = documents(db.session, Scope(bureaus(db.session)[0]), [code])
                planned = plan(diff(old, change(old)))
                name = kind.replace(" ", "-")
                for grey in (False, True):
                    source = dot.source(planned.chart, grey)
                    path = asked.output / f"{name}{'-grey' if grey else ''}.png"
                    path.write_bytes(engine.render(source, "png"))
                    sys.stdout.write(f"{path}\n")
                svg = engine.render(dot.source(planned.chart), "svg")
                pdf = print_comparison(Comparison(planned, svg, *VERSIONS))
                (asked.output / f"{name}.pdf").write_bytes(pdf)
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])
