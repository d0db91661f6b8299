"""A file that was handed in, through the door and read: the one way in for pages and commands."""

from riskmap.workbooks.book import Book
from riskmap.workbooks.reading import read_book
from riskmap.workbooks.taking import unquoted


def opened_book(content: bytes, name: str) -> Book:
    """Return what a file says; raises `Refused`."""
    book = read_book(content, name)
    return unquoted(book) if name.lower().endswith(".csv") else book
