"""Files that come with an answer: what is taken, and that each is what its name says."""

import tracemalloc

import pytest

from riskmap.coverage.evidence import (
    IN_SUM,
    LARGEST,
    LONGEST_NAME,
    MEGABYTE,
    MOST,
    PARTS,
    Refused,
    clean_name,
    taken,
    too_many,
)
from tests.coverage import files
from tests.coverage.files import office, png

GOOD = {
    "整改报告.pdf": files.PDF,
    "现场.PNG": png(),
    "照片.jpeg": files.JPG,
    "照片.jpg": files.JPG,
    "说明.docx": office(),
    "台账.xlsx": office(files.EXCEL),
    "说明.txt": "已于三月整改。\r\n附后".encode(),
    "旧说明.txt": "已于三月整改。".encode("gb18030"),
    "带签名.txt": "\ufeff已整改".encode(),
    "eicar.txt": files.EICAR,
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_that_is_what_its_name_says_is_taken(name: str) -> None:
    found = taken(name, GOOD[name])

    assert (found.name, found.content) == (name, GOOD[name])
    assert found.kind == {"PNG": "png", "jpeg": "jpg"}.get(name.split(".")[1], name.split(".")[1])
    assert len(found.sha256) == 64


BOMB = office(more={f"word/{number}.xml": b"\0" * 26 * MEGABYTE for number in range(4)})
HOSTILE = {
    "a program by the name of a PDF": ("账.pdf", files.EXE, "no PDF file"),
    "a PDF that begins later": ("账.pdf", b"x" + files.PDF, "no PDF file"),
    "a PDF that was cut": ("账.pdf", files.PDF[:-7], "did not arrive whole"),
    "a PDF with a script": (
        "账.pdf", files.PDF.replace(b"/Catalog", b"/Catalog /AA << /S /JavaScript >>"), "script",
    ),
    "a PDF that starts a program": (
        "账.pdf", files.PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /Launch >>"),
        "script",
    ),
    "a zip bomb": ("账.docx", BOMB, "unpacks to more"),
    "too many parts": (
        "账.docx", office(more={f"p{number}": b"" for number in range(PARTS)}), "unpacks to more",
    ),
    "macros as a part": ("账.docx", office(more={"word/vbaProject.bin": b"x"}), "macros"),
    "macros by the type": ("账.docx", office(files.MACRO), "macros"),
    "a password": ("账.docx", files.locked(office()), "password"),
    "a part that leads out": ("账.docx", office(more={"../../etc/cron": b"x"}), "no Word file"),
    "an absolute part": ("账.docx", office(more={"/etc/cron": b"x"}), "no Word file"),
    "a part on a drive": ("账.docx", office(more={"C:\\x": b"x"}), "no Word file"),
    "an entity in the types": (
        "账.docx", office(types=f'<!DOCTYPE x [<!ENTITY y "z">]><T>{files.WORD}</T>'),
        "no Word file",
    ),
    "a Word file by the name of an Excel one": ("账.xlsx", office(), "no Excel file"),
    "any other zip": ("账.docx", office(types="<Types/>"), "no Word file"),
    "a zip that was cut": ("账.docx", office()[:-30], "damaged"),
    "something before the zip": ("账.docx", files.EXE + office(), "no Word file"),
    "an old Word file": ("账.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 64, "no Word file"),
    "a page by the name of a picture": ("图.png", files.HTML, "no PNG file"),
    "a picture of unheard size": ("图.png", png(100_000, 100_000), "100000 × 100000"),
    "a picture of no size": ("图.png", png(0, 8), "0 × 8"),
    "a PNG by the name of a JPG": ("图.jpg", png(), "no JPG file"),
    "a JPG without a frame": ("图.jpg", b"\xff\xd8\xff\xe0\x00\x02\xff\xd9", "no JPG file"),
    "a JPG that leads nowhere": ("图.jpg", b"\xff\xd8\xff\xe0\x00\x00" + b"\0" * 40, "no JPG file"),
    "a program by the name of a text": ("说明.txt", files.EXE, "no plain text"),
    "a text with signs that steer a screen": ("说明.txt", b"a\x1b[2Jb", "no plain text"),
    "an SVG": ("图.svg", files.SVG, "is not taken"),
    "a page": ("图.html", files.HTML, "is not taken"),
    "no ending": ("说明", b"x", "is not taken"),
    "nothing but an ending": (".pdf", files.PDF, "is not taken"),
    "an ending behind another": ("账.pdf.exe", files.EXE, "is not taken"),
    "an ending turned round": ("账\u202efdp.exe", files.EXE, "“账fdp.exe” is not taken"),
    "nothing in it": ("账.pdf", b"", "is empty"),
    "one byte too many": ("账.pdf", files.PDF + b"\0" * LARGEST, "larger than 10 MB"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_that_is_not_what_it_says_is_refused_by_name_and_reason(case: str) -> None:
    name, content, why = HOSTILE[case]

    with pytest.raises(Refused) as caught:
        taken(name, content)

    said = caught.value.why.text()
    assert why in said
    assert clean_name(name) in said
    assert "%(" not in said


def test_a_bomb_is_looked_at_and_never_unpacked() -> None:
    tracemalloc.start()

    with pytest.raises(Refused):
        taken("账.docx", BOMB)

    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5 * MEGABYTE


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("../../x.pdf", "x.pdf"),
        ("C:\\用户\\张\\整改.pdf", "整改.pdf"),
        ("/etc/passwd.txt", "passwd.txt"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("a\u202e\u2066\u200bb.pdf", "ab.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        (" 整改 .pdf. ", "整改 .pdf"),
        ("..", ""),
        ("", ""),
    ],
)
def test_a_name_is_kept_without_folders_and_signs_that_mislead(raw: str, name: str) -> None:
    assert clean_name(raw) == name


@pytest.mark.parametrize("raw", ["账" * 300 + ".pdf", "账" * 300, "a." + "b" * 300, "." * 300])
def test_a_long_name_is_cut_and_keeps_its_ending(raw: str) -> None:
    found = clean_name(raw)

    assert len(found) <= LONGEST_NAME
    assert found.endswith(".pdf") == raw.endswith(".pdf")


def test_an_answer_brings_five_files_and_a_finding_holds_thirty_megabytes() -> None:
    assert too_many([1] * MOST, 0) is None
    assert "5 files" in (too_many([1] * (MOST + 1), 0) or pytest.fail("taken")).text()
    assert too_many([IN_SUM - 5], 5) is None
    said = (too_many([MEGABYTE], 29 * MEGABYTE + 1) or pytest.fail("taken")).text()
    assert "30 MB" in said
    assert "29.0 MB" in said
