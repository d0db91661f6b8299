"""The square code on a sheet, by which anybody can ask whether the sheet is still in force."""

from zxingcpp import BarcodeFormat, create_barcode


def picture(content: str) -> bytes:
    """Return a QR code (ISO/IEC 18004) as SVG, its modules one path; equal text, equal bytes.

    The smallest square that holds the text, and in it as much error correction as it has room
    for. The quiet zone is the sheet's to leave.
    """
    code = create_barcode(content, BarcodeFormat.QRCode)
    return code.to_svg(add_quiet_zones=False).encode()
