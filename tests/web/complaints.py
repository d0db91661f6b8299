"""What the browser complains of while a page is used."""

from playwright.sync_api import ConsoleMessage, Page

NO_COMPLAINT = "Autofocus processing was blocked"
"""Said where a test types into a page before the page has chosen where one types first."""


def complaints(page: Page) -> list[str]:
    """Return a list that fills with the browser's complaints from now on."""
    found: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if not message.text.startswith(NO_COMPLAINT):
            found.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found
