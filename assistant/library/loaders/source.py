"""The bytes of one file: taken once, within bounds, and recognised by what they are rather than by their name.

Knows signatures and encodings; knows no format's inside but the list of names in a zip.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import UserError

LARGEST_TEXT = 20_000_000
LARGEST = 200_000_000
"""Bytes; a larger file is refused before it is read."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)
_EXPECTED = frozenset(map(chr, range(128))) | frozenset("äöüÄÖÜéèêëáàâíóúñçßÉ“”„‘’»«–—…•·€£§©®°±½¼×µ\xa0")
_LEGACY = ("cp1252", "cp865", "mac_roman")  # Windows, DOS and old Macs in Denmark, likeliest first


@dataclass(frozen=True, slots=True)
class Source:
    """One file as it was at one moment."""

    path: Path
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()

    def refusal(self, what: str) -> UserError:
        """The error that says `what` is wrong with this file, and what to do."""
        return UserError(f"{shown(self.path)}: {what}")


def shown(path: Path) -> str:
    """`path` on one line and in valid Unicode, however it is named."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(path))


def read(path: Path, largest: int = LARGEST) -> Source:
    """The file's bytes. Never waits for a pipe or a device.

    Raises:
        UserError: it is no regular file, cannot be read, is empty or larger than `largest`.
    """
    try:
        with opened(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > largest:
                raise UserError(
                    f"{shown(path)}: is larger than {largest // 1_000_000} MB ({size // 1_000_000:,} MB); split it."
                )
            data = file.read(largest)
    except OSError as error:
        raise unreadable(path, error) from error
    if not data.strip(b"\0\t\n\r "):
        raise UserError(f"{shown(path)}: no text found, the file is empty; leave it out or save it again.")
    return Source(path, data)


def opened(path: Path) -> io.BufferedReader:
    """The regular file, open for reading.

    Raises:
        OSError: it cannot be opened.
        UserError: it is a folder, a pipe or a device.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UserError(f"{shown(path)}: is no file but a folder, pipe or device; name a file.")
    return os.fdopen(descriptor, "rb")


def unreadable(path: Path, error: OSError) -> UserError:
    """The error for a file that the operating system does not give."""
    return UserError(f"{shown(path)}: cannot be read ({error.strerror}); check the name and its permissions.")


def kind(data: bytes) -> str:
    """What the bytes are, as a suffix where it is one of ours, else in words; empty when they may be text."""
    head = data[:1024]
    if head.startswith(b"%PDF-"):
        return ".pdf"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        return "an Office file that is protected by a password" if locked else "a file in the old Office format"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(data)
    for signature, name in _SIGNATURES.items():
        if head.startswith(signature):
            return name
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", head, re.IGNORECASE):
        return ".html"
    return ""


_SIGNATURES = {
    b"{\\rtf": "a rich text file (RTF)", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip archive", b"7z\xbc\xaf": "a 7z archive", b"Rar!": "a rar archive", b"\x7fELF": "a program",
    b"MZ\x90": "a program", b"ID3": "a sound recording", b"OggS": "a recording", b"RIFF": "a recording or a picture",
    b"SQLite format 3": "a database", b"%!PS": "a PostScript file",
}  # fmt: skip


_WRITTEN = ("a rich text file (RTF)", "a PostScript file")  # of which no reader would call the bytes a text
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]|\x89PNG|\xff\xd8\xff|\n%[\x80-\xff]{4}")


def _packed(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except Exception:
        return "a zip archive that is damaged or not whole"
    if "word/document.xml" in names:
        return ".docx"
    if "ppt/presentation.xml" in names:
        return ".pptx"
    return "a spreadsheet" if "xl/workbook.xml" in names else "a zip archive"


def expect(source: Source, suffix: str) -> None:
    """Makes sure that the bytes are what `suffix` says ("" for text).

    Raises:
        UserError: they are something else; says what.
    """
    is_ = kind(source.data)
    if is_ == suffix or (suffix in ("", ".html") and is_ in ("", ".html")):
        return
    if suffix == ".pdf" and not is_ and b"%PDF-" in source.data[:1024]:  # readers bear with something before it
        return
    if not suffix and is_ not in _WRITTEN and not _BINARY.search(source.data):
        return  # begins like something else, but is text
    named = source.path.suffix
    if is_.startswith("."):
        raise source.refusal(f"is named {named} but is really {is_.upper()[1:]}; rename it to {is_}.")
    if is_.endswith("password"):
        raise source.refusal(f"is {is_}; open it with the password and save it without one.")
    if is_.endswith("old Office format"):
        raise source.refusal(f"is {is_}; save it as .docx or .pptx.")
    if is_.endswith("not whole"):
        raise source.refusal(f"is {is_}; fetch or save it anew.")
    if is_:
        raise source.refusal(f"is named {named} but is really {is_}; give it in a format that is read.")
    raise source.refusal(f"is named {named} but is none, or is damaged; fetch or save it anew.")


def text(source: Source, *, declares: bool = False) -> str:
    """The bytes as text with plain line ends and without control characters, whatever encoding they have.

    UTF-8 and UTF-16 are recognised; else what the head of the file declares, if it `declares`; else line by line, so
    that a file pieced together from several comes out right; else the likeliest of the old Danish encodings.

    Raises:
        UserError: this is no text, or there is none.
    """
    expect(source, "")
    decoded = _decoded(source.data, declares)
    clean = _CONTROL.sub("", decoded)
    if len(decoded) - len(clean) > 2 + len(decoded) // 100:
        raise source.refusal("is no text file, or is damaged; save it as UTF-8 text.")
    if not clean.strip():
        raise source.refusal("no text found, the file is empty; leave it out or save it again.")
    return clean.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")


def clean(text: str) -> str:
    """`text` without control characters and halves of characters."""
    return _CONTROL.sub("", text)


def _decoded(data: bytes, declares: bool) -> str:
    for mark, encoding in ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"),
                           (b"\xfe\xff", "utf-16")):  # fmt: skip
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    zeros = data[:4000:2].count(0), data[1:4000:2].count(0)
    if max(zeros) > len(data[:4000]) // 5 and min(zeros) < max(zeros) // 4:
        return data.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if declares and (found := _DECLARED.search(data[:2048])):
        try:
            return data.decode({"iso-8859-1": "cp1252"}.get(found[1].decode().lower(), found[1].decode()))
        except (LookupError, ValueError):
            pass
    return _pieced(data)


def _pieced(data: bytes) -> str:
    """Lines of UTF-8 as such, the others in the old encoding that makes most sense of them all."""
    lines: list[str | bytes] = []
    for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            lines.append(line)
    old = b"\n".join(line for line in lines if isinstance(line, bytes))[:200_000]
    encoding = min(_LEGACY, key=lambda name: _strangeness(old.decode(name, "replace")))
    return "\n".join(line if isinstance(line, str) else line.decode(encoding, "replace") for line in lines)


def _strangeness(text: str) -> int:
    """How many characters stand where Danish and English have none; a Danish letter counts for sense."""
    danish = sum(text.count(letter) for letter in "æøåÆØÅ")
    return sum(character not in _EXPECTED for character in text) - 2 * danish
