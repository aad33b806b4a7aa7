"""Plain values of XMP: found in structures however deep, read as numbers, and set."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from engine.imaging.metadata.xmp import Element, Slot, XmpPacket


def set_plain(packet: XmpPacket, namespace: str, values: dict[str, str]) -> None:
    """Set the plain properties of a packet that it has already; none is added."""
    for local, value in values.items():
        for slot in packet.slots(namespace, local):
            slot.text = value


def fields_of(structure: Element, namespace: str, local: str) -> list[Slot]:
    """Return the fields of that name in a structure, at any depth.

    RDF allows both forms, and writers mix them:

        <stArea x="0.5"/>              an attribute
        <stArea:x>0.5</stArea:x>       an element
    """
    name = f"{{{namespace}}}{local}"
    attributes = [Slot(holder, name) for holder in structure.iter() if name in holder.attrib]
    return attributes + [Slot(child.getparent(), name, child) for child in structure.iter(name)]


def texts_of(structure: Element, namespace: str, local: str) -> list[str]:
    """Return the texts of `fields_of`."""
    return [slot.text for slot in fields_of(structure, namespace, local)]


def split_name(name: str) -> tuple[str, str]:
    """Return the namespace and the local part of a name such as ``{namespace}local``."""
    namespace, _, local = name.removeprefix("{").rpartition("}")
    return namespace, local


def number_of(text: str | None) -> float | None:
    """Return the number that ``text`` states, None if it is not a finite one below 1e9."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e9 else None


def fraction_of(text: str | None) -> Fraction | None:
    """Return the positive number that ``text`` states as in ``240``, ``2.5`` or ``720000/10000``.

    None if it states another one, or none.
    """
    # Without exponents: "1e999999999" would become an integer of a billion digits.
    match = re.fullmatch(r"(\d{1,10}(?:\.\d{1,10})?)(?:/(\d{1,10}))?", (text or "").strip())
    if match is None or (match[2] and not int(match[2])):
        return None
    value = Fraction(match[1]) / int(match[2] or 1)
    return value if value > 0 else None


def decimal_text(value: float) -> str:
    """Return ``value`` with at most six decimals, trailing zeros left out."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
