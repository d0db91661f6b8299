"""The form that makes a map."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length, ValidationError

from riskmap.db import db
from riskmap.maps import commands
from riskmap.maps.models import AccountMap
from riskmap.maps.pickers import Picker, Pickers
from riskmap.organisation.models import Node
from riskmap.web.forms import Form


class NewMapForm(Form):
    """A new map of a node: its title, its matter, and the map that it begins as a copy of."""

    title = StringField(
        _l("Title"),
        validators=[
            InputRequired(_l("Title: write what the map is about.")),
            Length(max=200, message=_l("Title: 200 characters at most.")),
        ],
    )
    matter = StringField(_l("Matter"), validators=[Length(max=300)])
    source = StringField(_l("Copy from the map"), validators=[Length(max=300)])

    def __init__(self, known: Pickers) -> None:
        super().__init__()
        self.known = known

    def validate_matter(self, field: StringField) -> None:
        """Refuse a matter that the register does not have."""
        _known(self.known.matters, field)

    def validate_source(self, field: StringField) -> None:
        """Refuse a map that is not there."""
        _known(self.known.maps, field)

    def make(self, node: Node) -> AccountMap:
        """Make the map that the form asks for; raises `MatterTaken`."""
        matter = self.known.matters.find(self.matter.data or "")
        matter_id = matter.id if matter else None
        title = self.title.data or ""
        source = self.known.maps.find(self.source.data or "")
        if source is None:
            return commands.new_map(db.session, node, title=title, matter_id=matter_id)
        row = db.session.get_one(AccountMap, source.id)
        return commands.copy_map(db.session, row, node, title=title, matter_id=matter_id)

    def say_taken(self, error: commands.MatterTaken) -> None:
        """Refuse the matter: another map of the node is about it."""
        said = _(
            "The map %(code)s of this node is about it already; choose another.", code=error.code
        )
        self.matter.errors = [*self.matter.errors, said]


def _known(picker: Picker, field: StringField) -> None:  # type: ignore[type-arg]
    if field.data and picker.resolve(field.data) is None:
        raise ValidationError(
            _("%(text)s is not in the list; choose one that is.", text=field.data)
        )
