"""Which characters the bytes stand for."""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass

from regression_analyzer.errors import InputError
from regression_analyzer.table.choices import Choices, unusable

SAMPLE_BYTES = 1 << 18
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Order settles ties: the more common encoding first.
_LEGACY = (
    ("windows-1252", "cp1252"),
    ("shift_jis", "cp932"),
    ("gb18030", "gb18030"),
    ("euc-kr", "cp949"),
    ("big5", "cp950"),
    ("euc-jp", "euc_jp"),
    ("windows-1251", "cp1251"),
    ("windows-1250", "cp1250"),
    ("koi8-r", "koi8_r"),
    ("mac-roman", "mac_roman"),
    ("windows-1253", "cp1253"),
    ("windows-1254", "cp1254"),
    ("windows-1255", "cp1255"),
    ("windows-1256", "cp1256"),
    ("cp874", "cp874"),
    ("cp866", "cp866"),
    ("cp850", "cp850"),
)
_PYTHON_NAME = {**dict(_LEGACY), "latin-1": "latin_1", "iso-8859-1": "latin_1", "cp1252": "cp1252"}
_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüÿßœšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒŠŽ")
_SIGNS = frozenset("€£¥§°²³µ×·±½¼¾«»–—‘’“”„…•™©®º\u00a0")
_ALONE = frozenset("àèéìòóöåæøÀÈÉÅÄÖÜØ")
"""Letters that are words, names or units by themselves."""
_HOME = {
    "cp1250": frozenset("ąćęłńśźżĄĆĘŁŃŚŹŻőűŐŰčďěňřšťůžČĎĚŇŘŠŤŮŽľĺŕĽ"),
    "cp1254": frozenset("şğıİŞĞ"),
}
"""Letters that an encoding has for the languages it was made for."""
_TURKISH_WESTERN = frozenset("çöüÇÖÜâîûÂÎÛ")
_DOUBTFUL = 0.55


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How the bytes are decoded.

    Attributes
    ----------
    name : as shown and as an override takes it
    codec : Python's name for it
    mark : length of the byte order mark at the start, in bytes
    """

    name: str
    codec: str
    mark: int = 0

    @property
    def is_utf8(self) -> bool:
        """True where DuckDB can read the bytes as they are."""
        return self.codec == "utf-8"


def choose_encoding(sample: bytes, choices: Choices, *, complete: bool) -> Encoding:
    """Decide the encoding of a text from its first bytes.

    Parameters
    ----------
    sample : the first bytes (or all)
    choices : overrides are taken from here, the decision is recorded here
    complete : `sample` is the whole text

    Raises
    ------
    InputError
        No encoding fits.
    UsageError
        The override is not an encoding.
    """
    mark = next((len(m) for m, _ in _MARKS if sample.startswith(m)), 0)
    chosen = choices.override("table.encoding")
    if chosen is not None:
        encoding = _named(chosen)
        own_mark = next((len(m) for m, n in _MARKS if sample.startswith(m) and n == encoding.codec), 0)
        choices.record("table.encoding", "Character encoding", encoding.name, "")
        return Encoding(name=encoding.name, codec=encoding.codec, mark=own_mark)
    name, because, rejected = _guess(sample, complete=complete)
    choices.record("table.encoding", "Character encoding", name, because, rejected)
    return Encoding(name=name, codec=_PYTHON_NAME.get(name, name), mark=mark)


def _named(name: str) -> Encoding:
    wanted = name.strip().lower()
    try:
        codec = codecs.lookup(_PYTHON_NAME.get(wanted, wanted)).name
        "x".encode(codec)
        b"x".decode(codec)
        codecs.getincrementaldecoder(codec)
    except (LookupError, TypeError, ValueError, AttributeError):
        allowed = "an encoding such as utf-8, utf-16-le, windows-1252, latin-1, shift_jis, gb18030 or koi8-r"
        raise unusable("table.encoding", name, allowed) from None
    codec = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(codec, codec)
    return Encoding(name=codec if codec.startswith("utf") else wanted, codec=codec)


def _guess(sample: bytes, *, complete: bool) -> tuple[str, str, tuple[str, ...]]:
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name, "the file begins with its byte order mark", ()
    wide = _wide(sample)
    if wide is not None:
        return wide, "every other byte is zero, as in text of wide characters", ("utf-8",)
    if b"\x1b$" in sample or b"\x1b(J" in sample:
        return "iso2022_jp", "it holds the escape sequences of Japanese mail", ("utf-8",)
    if sample.isascii():
        return "utf-8", "all characters are plain ASCII", ()
    if _is_utf8(sample, complete=complete):
        return "utf-8", "every byte sequence is valid UTF-8", ("windows-1252",)
    if _mostly_utf8(sample):
        return "utf-8", "nearly every byte sequence beyond ASCII is valid UTF-8", ("windows-1252",)
    return _legacy(sample)


def _wide(sample: bytes) -> str | None:
    """Recognise UTF-16 and UTF-32 without a mark by where the zero bytes lie."""
    size = len(sample) // 4 * 4
    if size < 8:
        return None
    zeros = [sample[i:size:4].count(0) / (size / 4) for i in range(4)]
    low, high = 0.02, 0.9
    if zeros[1] > high and zeros[2] > high and zeros[3] > high:
        return "utf-32-le"
    if zeros[0] > high and zeros[1] > high and zeros[2] > high:
        return "utf-32-be"
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    for name, empty, full in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if empty > 0.2 and size >= 16 and full <= low * empty and _decodes(sample[:size], name):
            return name
    return None


def _decodes(data: bytes, codec: str, *, complete: bool = False) -> bool:
    try:
        codecs.getincrementaldecoder(codec)("strict").decode(data, final=complete)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(sample: bytes, *, complete: bool) -> bool:
    return _decodes(sample, "utf-8", complete=complete)


def _mostly_utf8(sample: bytes) -> bool:
    """Tell UTF-8 with a few broken bytes from an older encoding."""
    text = sample.decode("utf-8", "replace")
    good = sum(1 for c in text if c > "\x7f" and c != "\ufffd")
    return good > 20 * text.count("\ufffd")


def _legacy(sample: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Choose among the encodings older than Unicode by how the decoded characters stand together."""
    scores: list[tuple[float, int, str]] = []
    part = _with_high_bytes(sample)
    for order, (name, codec) in enumerate(_LEGACY):
        if _decodes(part, codec):
            text = codecs.getincrementaldecoder(codec)("strict").decode(part)
            scores.append((_plausible(text, codec) - 0.002 * order, -order, name))
    scores.sort(reverse=True)
    if not scores:
        return "latin-1", "no other encoding fits its bytes", ()
    best, _, name = scores[0]
    others = tuple(n for s, _, n in scores[1:5] if s > best - 0.8)
    if name == "windows-1252" and not any(0x80 <= b <= 0x9F for b in sample):
        name, others = "latin-1", ("windows-1252", *others)
    if best < _DOUBTFUL:
        known = _second_opinion(sample)
        if known is not None and known != name:
            return known, "its characters stand together most plausibly so, though not surely", (name, *others)
    return name, "not UTF-8; its characters stand together most plausibly so", others


def _with_high_bytes(sample: bytes) -> bytes:
    """Return the lines that hold characters beyond ASCII, up to 64 KB."""
    lines, size = [], 0
    for line in sample.splitlines(keepends=True):
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > 65_536:
                break
    return b"".join(lines)


def _second_opinion(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes  # noqa: PLC0415

    best = from_bytes(sample[:65_536]).best()
    return None if best is None else best.encoding


def _plausible(text: str, codec: str) -> float:
    """Return the mean plausibility of the characters beyond ASCII, about 1 for a right decoding.

    The same character between the same neighbours counts once: a currency sign in every row says no more
    than one of them, and must not outvote the few letters of the column names.
    """
    neighbours = zip(["", *text[:-1]], text, [*text[1:], ""], strict=True)
    places = {(before, here, after) for before, here, after in neighbours if here > "\x7f"}
    return sum(_weight(*place, codec) for place in places) / len(places) if places else 0.0


def _weight(previous: str, here: str, following: str, codec: str) -> float:
    code = ord(here)
    category = unicodedata.category(here)
    if category in ("Cc", "Co", "Cn") or code == 0xFFFD:
        return -4.0
    if codec in ("cp932", "gb18030", "cp949", "cp950", "euc_jp"):
        return _weight_east_asian(here, code, codec)
    inside_word = previous.isalpha() and following.isalpha()
    if not category.startswith("L") or here in "ªº":
        if inside_word and here not in "’-·":
            return -1.0
        return -0.6 if here not in _SIGNS else 1.0 if _sits_well(previous, here, following) else 0.7
    falls = previous.isalpha() and previous.islower() and here.isupper()
    if not (previous.isalpha() or following.isalpha() or here in _ALONE):
        return 0.3
    if here in _WESTERN or code < 0x250:
        mixes = any(c.isalpha() and ord(c) >= 0x250 for c in (previous, following))
        return -0.8 if falls or mixes else _weight_latin(previous, here, following, codec)
    letters = [c for c in (previous, following) if c.isalpha()]
    same = bool(letters) and all(abs(ord(c) - code) < 0x100 for c in letters)
    return -0.8 if falls or not same else 1.0


def _weight_latin(previous: str, here: str, following: str, codec: str) -> float:
    if all(c > "\x7f" and c.isalpha() for c in (previous, following)):
        return 0.3  # accented letters seldom stand together
    if here in _HOME.get(codec, frozenset()):
        return 1.0
    if codec == "cp1254" and here in _WESTERN and here not in _TURKISH_WESTERN:
        return 0.4
    if here in "õÕ" and following.casefold() != "e":  # outside Portuguese endings mostly a misread Hungarian letter
        return 0.8
    return 1.0 if here in _WESTERN else 0.6


def _sits_well(previous: str, here: str, following: str) -> bool:
    """Return whether a sign stands where it is usually written."""
    around = (previous, following)
    if here == "’":
        return all(c.isalpha() for c in around)
    if here in "°²³":
        return previous.isalnum() or previous == " "
    if here in "€£¥":
        return any(c.isdigit() or c == " " for c in around)
    return here in "–—" and all(c.isdigit() or c == " " for c in around)


def _weight_east_asian(here: str, code: int, codec: str) -> float:
    if 0x3040 <= code <= 0x30FF:
        return 1.2 if codec in ("cp932", "euc_jp") else 0.3
    if 0xAC00 <= code <= 0xD7A3:
        pair = here.encode(codec)
        return 1.15 if pair[0] >= 0xB0 and pair[1] >= 0xA1 else -0.4
    if 0xFF61 <= code <= 0xFF9F:
        return -0.5
    if 0x3000 <= code <= 0x303F or 0xFF01 <= code <= 0xFF5E:
        return 0.8
    if not 0x4E00 <= code <= 0x9FFF:
        return -0.5
    lead = here.encode(codec)[0]
    common = {
        "cp932": 0x88 <= lead <= 0x97,
        "euc_jp": 0xB0 <= lead <= 0xCF,
        "gb18030": 0xB0 <= lead <= 0xD7 and here.encode(codec)[1] >= 0xA1,
        "cp950": 0xA4 <= lead <= 0xC6,
        "cp949": lead >= 0xCA,
    }[codec]
    if codec == "cp949":
        return 0.2 if common else -0.5
    return 1.0 if common else -0.4


def check_readable(text: str) -> None:
    """Refuse text that is mostly control characters: it was not text.

    Raises
    ------
    InputError
        More than one character in twenty is a control character.
    """
    sample = text[:65_536]
    control = sum(1 for c in sample if (c < " " and c not in "\t\n\r\f\v\x1a\x1b\x1c\x1d\x1e\x1f\x01") or c == "\x7f")
    if control > 0.05 * len(sample) and control > 2:
        raise InputError(
            "The file is not text: it holds binary data of a kind that is not known here.",
            hint="Save the table as CSV, xlsx or Parquet.",
            code="not_a_table",
        )
