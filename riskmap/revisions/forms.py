"""Forms of sign-off: handing in, signing one or several, remarks, sending back."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from riskmap.web.forms import Form

LONGEST = 2000


class HandInForm(Form):
    """What is new, as who hands a map in says; `version` is that of the map they looked at."""

    text = TextAreaField(_l("What is new"), [Length(max=LONGEST)], render_kw={"rows": 3})
    version = HiddenField()


class VersionForm(Form):
    """Something done to a revision as it was looked at."""

    version = HiddenField()


class TogetherForm(Form):
    """Signatures of one day; the number is for the boxes that have one."""

    day = DateField(_l("Day of signing"), [InputRequired()])
    paper = StringField(_l("Number of the minutes or the filing"), [Length(max=100)])


class SignForm(TogetherForm):
    """A signature: the box, its day, and the number of the minutes or the filing."""

    box = HiddenField()
    version = HiddenField()


class RemarkForm(Form):
    """A remark on a step of a revision, by its key, or on the whole of it."""

    step = HiddenField()
    text = TextAreaField(_l("What you have to say"), [InputRequired(), Length(max=LONGEST)])


class ReasonForm(Form):
    """Why a map is sent back."""

    version = HiddenField()
    reason = TextAreaField(_l("Reason"), [Length(max=LONGEST)], render_kw={"rows": 3})
