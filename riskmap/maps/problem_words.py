"""The problems of a flow in the language of the screen."""

from flask_babel import gettext

from riskmap.document.model import MapDocument
from riskmap.document.problem_sentences import sentence as in_english
from riskmap.document.soundness import Problem


def sentence(problem: Problem, document: MapDocument) -> str:
    """Return a problem in a sentence that names step and risk point by their numbers."""
    return in_english(problem, document).text(gettext)
