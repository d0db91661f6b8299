"""A form on one row, which says itself whether somebody else has changed the row since."""

from typing import Any

from riskmap.web.stale import Difference, VersionedForm, is_stale, refreshed, stale_fields


class RowForm(VersionedForm):
    """A form on a row; where the row has changed since, `stale` holds both texts."""

    stale: list[Difference] = []
    outdated = False

    def current(self, row: Any, **theirs: Any) -> bool:
        """Return whether a row is as the form was made from.

        `theirs` is what the row says in fields that are no columns of it.
        If it is not, what is shown again knows of the row as it is now: saving is then a choice.
        """
        self.outdated = is_stale(self, row)
        if self.outdated:
            self.stale = stale_fields(self, row, theirs)
            refreshed(self, row)
        return not self.outdated

    @property
    def status(self) -> int:
        """Return the status of the page that shows the form: 409 if the row has changed since."""
        return 409 if self.outdated else super().status
