"""Which field of the editor the cursor goes to after an operation."""

from riskmap.maps.draft import MapDraft, StepRow


def aim(before: MapDraft, after: MapDraft, do: str) -> str:
    """Return the id of the control that somebody who asked for `do` wants to go on from."""
    name, *numbers = do.split(":")
    found = _new_row(before, after) or _new_around(before, after)
    if found or not numbers:
        return found
    at = int(numbers[0])
    if name in ("up", "down", "move"):
        return _moved(before, after, at, name)
    if name in ("delete-basis", "delete-span"):
        return f"add-{name.removeprefix('delete-')}"
    if not after.steps:
        return "add-step"
    return f"step-{min(at, len(after.steps) - 1)}-text"


def _new_row(before: MapDraft, after: MapDraft) -> str:
    """Return the first field of the first step, else of the first line or risk point, that is new.

    Of several new steps, as after pasting, the last: what was pasted stands above the cursor.
    """
    known = set(before.all_keys())
    steps = [at for at, step in enumerate(after.steps) if step.key not in known]
    if steps:
        return f"step-{steps[-1]}-text"
    below = (_below(step, at, known) for at, step in enumerate(after.steps))
    return next((found for found in below if found), "")


def _below(step: StepRow, at: int, known: set[str]) -> str:
    for number, risk in enumerate(step.risks):
        if risk.key not in known:
            return f"step-{at}-risk-{number}-item"
    for number, line in enumerate(step.next):
        if line.key not in known and not line.to:
            return f"step-{at}-next-{number}-to"
    return ""


def _new_around(before: MapDraft, after: MapDraft) -> str:
    if len(after.bases) > len(before.bases):
        return f"basis-{len(after.bases) - 1}-basis"
    if len(after.spans) > len(before.spans):
        return f"span-{len(after.spans) - 1}-limit"
    return ""


def _moved(before: MapDraft, after: MapDraft, at: int, name: str) -> str:
    """Return the button that was pressed, where its row is now: it is pressed again and again."""
    key = before.steps[at].key if at < len(before.steps) else ""
    now = after.index(key)
    button = "text" if name == "move" else name
    return f"step-{at if now is None else now}-{button}"
