"""Which files an answer may bring: each is what its name says, and no more than that."""

import io
import zipfile

import pytest

from riskmap.coverage import evidence
from riskmap.coverage.evidence import LARGEST, MOST, Refused, clean_name, taken, too_many

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x06\0\0\0\x1f\xf3\xffa"
JPG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x11\x08\0\x10\0\x10\x03"
MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"


def office(kind: str = "wordprocessingml.document", **parts: str | bytes) -> bytes:
    """Return an Office file of a kind, with parts more (their names with _ for /)."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        types = f'<Types><Override ContentType="{MAIN.format(kind)}"/></Types>'
        file.writestr("[Content_Types].xml", types)
        for name, content in parts.items():
            file.writestr(name.replace("_", "/"), content)
    return packed.getvalue()


GOOD = {
    "整改说明.pdf": PDF,
    "照片.PNG": PNG,
    "照片.jpeg": JPG,
    "制度.docx": office(),
    "台账.xlsx": office("spreadsheetml.sheet"),
    "记录.txt": "已整改\n".encode("gb18030"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_that_is_what_it_says_is_taken(name):
    found = taken(name, GOOD[name])

    assert (found.name, found.content) == (name, GOOD[name])
    assert len(found.sha256) == 64


BAD = {
    "program.pdf": b"MZ\x90\0\x03",
    "page.png": b"<html><script>alert(1)</script></html>",
    "picture.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "script.html": b"<script>",
    "no-ending": PDF,
    ".pdf": PDF,
    "empty.pdf": b"",
    "cut.pdf": PDF[:20],
    "running.pdf": PDF.replace(b"<<>>", b"<</S/JavaScript/JS(app.alert(1))>>"),
    "large.txt": b"a" * (LARGEST + 1),
    "binary.txt": bytes(range(32)) * 4,
    "huge.png": PNG[:16] + b"\x7f\xff\xff\xff\x7f\xff\xff\xff" + PNG[24:],
    "macro.docx": office(word_vbaProject="x"),
    "other.docx": office("spreadsheetml.sheet"),
    "nothing.docx": b"PK\x03\x04 and nothing else",
    "bomb.docx": office(word_document="0" * (evidence.UNPACKED + 1)),
    "stray.xlsx": office("spreadsheetml.sheet", **{".._.._etc_passwd": "x"}),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_not_what_it_says_is_refused_by_its_name(name):
    with pytest.raises(Refused) as refused:
        taken(name, BAD[name])

    assert "“" in refused.value.why.text()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../x.pdf", "x.pdf"),
        ("C:\\temp\\说明.pdf", "说明.pdf"),
        ("gpj.\u202efdp.pdf", "gpj.fdp.pdf"),
        ("a\0b\n.pdf", "ab.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
    ],
)
def test_a_name_is_a_name_and_no_place_and_no_trick(sent, kept):
    assert clean_name(sent) == kept


def test_a_long_name_keeps_its_ending():
    name = clean_name("长" * 300 + ".pdf")

    assert len(name) == 200
    assert name.endswith(".pdf")


def test_an_answer_brings_few_files_and_a_finding_has_no_more_than_its_sum():
    assert too_many([1] * MOST, 0) is None
    assert too_many([1] * (MOST + 1), 0) is not None
    assert too_many([1], evidence.IN_SUM) is not None


def test_text_that_only_looks_dangerous_is_text():
    eicar = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

    assert taken("说明.txt", eicar).kind == "txt"
