"""Parses XMP packets and writes them again.

A packet is RDF in XML, between two processing instructions, with blanks as room for changes:

    <?xpacket begin="" id="..."?>
    <x:xmpmeta><rdf:RDF>
      <rdf:Description tiff:Orientation="6">           a property as an attribute
        <dc:subject>...</dc:subject>                   a property as an element
      </rdf:Description>
    </rdf:RDF></x:xmpmeta>
    <?xpacket end="w"?>

What is not changed stays as it was, prefixes and wrapping included. Formats: XMP
specification, part 1 (ISO 16684-1), and part 3, section 1.1.3, for extended XMP in JPEG.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from lxml import etree

from engine.imaging.containers.jpeg_segments import MAX_XMP_BYTES, extension_digest

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NOTE = "http://ns.adobe.com/xmp/note/"
_EXTENDED = f"{{{_NOTE}}}HasExtendedXMP"
_ABOUT = f"{{{RDF}}}about"
_DECLARATION = re.compile(r"\A<\?xml\s[^>]*\?>")
_WIDE_ENCODINGS: Final = {
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"<\0\0\0": "utf-32-le",
    b"\0\0\0<": "utf-32-be",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}

# Beyond these limits each change would take long; no program writes as many.
_MAX_DESCRIPTIONS, _MAX_PROPERTIES, _MAX_DIVIDED = 1000, 20_000, 4000
# Leaves room for the pointer to the extended XMP.
_MAIN_BYTES = MAX_XMP_BYTES - 1000

Element: TypeAlias = Any
"""An element of lxml, which has no types."""


@dataclass(slots=True)
class Slot:
    """A property in the tree: an attribute or a child element.

    Attributes:
        holder: The element that has the attribute or the child.
        name: Name of the property, with the namespace in braces.
        child: The child element; None if it is an attribute.
    """

    holder: Element
    name: str
    child: Element | None = None

    @property
    def text(self) -> str:
        """The value of a plain property; empty for a structure."""
        if self.child is None:
            return str(self.holder.get(self.name))
        value = self.child.find(f"{{{RDF}}}value")
        return str((self.child if value is None else value).text or "").strip()

    @text.setter
    def text(self, value: str) -> None:
        if self.child is None:
            self.holder.set(self.name, value)
            return
        qualified = self.child.find(f"{{{RDF}}}value")
        (self.child if qualified is None else qualified).text = value

    def remove(self) -> None:
        """Remove the property."""
        if self.child is None:
            del self.holder.attrib[self.name]
        else:
            self.holder.remove(self.child)


class XmpPacket:
    """A parsed XMP packet; changes to its slots change the packet."""

    def __init__(self, head: str, root: Element, tail: str) -> None:
        self._head = head
        self._root = root
        self._tail = tail

    @classmethod
    def parse(cls, packet: bytes) -> XmpPacket | None:
        """Parse a packet; None if it is not XMP, or defines entities."""
        text = _decoded(packet)
        # Nested entities can expand to more text than fits in memory; XMP does not use any.
        if text is None or "<!DOCTYPE" in text or "<!ENTITY" in text:
            return None
        head, body, tail = _unwrapped(text)
        # Without entities, long texts are harmless, and phones store whole pictures in one.
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
        )
        try:
            root = etree.fromstring(_DECLARATION.sub("", body, count=1).encode(), parser)
        except (etree.XMLSyntaxError, ValueError):
            return None
        return cls(head, root, tail) if _is_sound(_rdf(root)) else None

    @property
    def properties(self) -> Iterator[Slot]:
        """All properties of the picture itself; they may be removed while iterating."""
        for description in list(self._descriptions):
            for name in list(description.attrib):
                if name.startswith("{") and not name.startswith(f"{{{RDF}}}"):
                    yield Slot(description, name)
            for child in _elements(description):
                yield Slot(description, child.tag, child)

    def slots(self, namespace: str, local: str) -> list[Slot]:
        """Return the slots of a property of the picture, usually one or none."""
        name = f"{{{namespace}}}{local}"
        found = []
        for description in self._descriptions:
            if name in description.attrib:
                found.append(Slot(description, name))
            found += [Slot(description, name, child) for child in description.findall(name)]
        return found

    def value(self, namespace: str, local: str) -> str | None:
        """Return the value of a plain property, None if there is none."""
        found = self.slots(namespace, local)
        return found[0].text if found else None

    @property
    def extension(self) -> bytes | None:
        """Digest of the extended XMP that belongs to it, None if there is none."""
        value = self.value(_NOTE, "HasExtendedXMP")
        return value.encode() if value is not None else None

    def drop_extension(self) -> None:
        """Remove the reference to extended XMP."""
        for slot in self.slots(_NOTE, "HasExtendedXMP"):
            slot.remove()
        self.forget_unused_names()

    def join(self, extended: XmpPacket) -> None:
        """Add everything that extended XMP holds."""
        rdf = _rdf(self._root)
        for description in extended._descriptions:
            copied = deepcopy(description)
            copied.set(_ABOUT, self._about)
            rdf.append(copied)

    def split(self) -> tuple[bytes, bytes | None] | None:
        """Return what fits a segment of JPEG, and the rest as extended XMP.

        None if it cannot be divided.
        """
        whole = self.to_bytes()
        if len(whole) <= MAX_XMP_BYTES:
            return whole, None
        main, extended = deepcopy(self._root), _empty()
        packet = XmpPacket(self._head, main, "\n" + self._tail.lstrip())
        targets: dict[Element, Element] = {}
        slots = list(packet.properties)
        if len(slots) > _MAX_DIVIDED:
            return None
        # The largest properties move until the rest fits.
        slots.sort(key=_weight)
        while (too_much := len(packet.to_bytes()) - _MAIN_BYTES) > 0:
            while slots and too_much > 0:
                too_much -= _weight(slots[-1])
                slot = slots.pop()
                if slot.holder not in targets:
                    targets[slot.holder] = _description(_rdf(extended), slot.holder.nsmap)
                _move(slot, targets[slot.holder])
            if not slots:
                break
        more = XmpPacket("", extended, "")
        for part in (packet, more):
            part.forget_unused_names()
        rest = more.to_bytes()
        pointer = _description(_rdf(main), {"rdf": RDF, "xmpNote": _NOTE}, self._about)
        pointer.set(_EXTENDED, extension_digest(rest).decode())
        first = packet.to_bytes()
        return (first, rest) if len(first) <= MAX_XMP_BYTES else None

    def forget_unused_names(self) -> None:
        """Remove declarations of unused namespaces."""
        etree.cleanup_namespaces(self._root)

    def to_bytes(self) -> bytes:
        """Return the packet in UTF-8."""
        body: str = etree.tostring(self._root.getroottree(), encoding="unicode")
        return (self._head + body + self._tail).encode()

    @property
    def _descriptions(self) -> Iterator[Element]:
        return _elements(_rdf(self._root))

    @property
    def _about(self) -> str:
        first = next(self._descriptions, None)
        return str(first.get(_ABOUT, "")) if first is not None else ""


def _decoded(packet: bytes) -> str | None:
    packet = packet.rstrip(b"\0") if packet[:1] == b"<" and packet[1:2] != b"\0" else packet
    encoding = next((e for mark, e in _WIDE_ENCODINGS.items() if packet.startswith(mark)), "utf-8")
    try:
        return packet.decode(encoding)
    except UnicodeDecodeError:
        return None


def _unwrapped(text: str) -> tuple[str, str, str]:
    """Return the text before the XML, the XML, and the text after it."""
    start, end = 0, len(text)
    if text.lstrip("\ufeff \t\r\n").startswith("<?xpacket begin"):
        start = text.find("?>") + 2
    last = text.rfind("<?xpacket end")
    if last >= start:
        end = last
    body = text[start:end].strip("\ufeff \t\r\n\0")
    if not body:
        return text[:start], "", text[start:]
    at = text.index(body, start)
    return text[:at].lstrip("\0"), body, text[at + len(body) :].rstrip("\0")


def _rdf(root: Element) -> Element:
    """Return the element that holds the descriptions, None if there is none."""
    return root if root.tag == f"{{{RDF}}}RDF" else root.find(f".//{{{RDF}}}RDF")


def _is_sound(rdf: Element) -> bool:
    """Return whether there are descriptions, and not more than any program writes."""
    if rdf is None or len(rdf) > _MAX_DESCRIPTIONS:
        return False
    return sum(len(one) + len(one.attrib) for one in _elements(rdf)) <= _MAX_PROPERTIES


def _elements(parent: Element) -> Iterator[Element]:
    """Yield the elements in ``parent`` without comments and instructions."""
    return (child for child in list(parent) if isinstance(child.tag, str))


def _weight(slot: Slot) -> int:
    """Return the approximate size of a property in bytes."""
    if slot.child is None:
        return len(slot.text.encode())
    return len(etree.tostring(slot.child, encoding="utf-8", with_tail=False))


def _move(slot: Slot, target: Element) -> None:
    if slot.child is None:
        target.set(slot.name, slot.text)
    else:
        target.append(deepcopy(slot.child))
    slot.remove()


def _empty() -> Element:
    root = etree.Element("{adobe:ns:meta/}xmpmeta", nsmap={"x": "adobe:ns:meta/"})
    etree.SubElement(root, f"{{{RDF}}}RDF", nsmap={"rdf": RDF})
    return root


def _description(rdf: Element, names: dict[str, str], about: str = "") -> Element:
    """Add a description that declares the prefixes ``names``."""
    description = etree.SubElement(rdf, f"{{{RDF}}}Description", nsmap=names)
    description.set(_ABOUT, about)
    return description
