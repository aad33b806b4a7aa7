from __future__ import annotations

import pytest

from engine.imaging.containers.jpeg_segments import MAX_XMP_BYTES, extension_digest
from engine.imaging.metadata.xmp import XmpPacket
from tests.helpers.metadata_blocks import xmp_of

DC = "http://purl.org/dc/elements/1.1/"
OWN = "http://own.example/1/"
NAMES = f'xmlns:dc="{DC}" xmlns:own="{OWN}"'


def _packet(content: bytes) -> XmpPacket:
    packet = XmpPacket.parse(content)
    assert packet is not None
    return packet


@pytest.mark.parametrize(
    "content",
    [
        xmp_of(f'{NAMES} dc:source="a &amp; b"', "<!-- kept --><own:x>\u00f6</own:x>"),
        xmp_of(f'{NAMES} dc:source="here"', is_wrapped=False),
        xmp_of(f"{NAMES}", "<own:x><![CDATA[<a>]]></own:x>"),
    ],
)
def test_a_packet_that_is_not_changed_stays_as_it_was(content: bytes) -> None:
    written = _packet(content).to_bytes()

    assert written == content.replace(b"<![CDATA[<a>]]>", b"&lt;a&gt;")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("is_wrapped", [True, False])
def test_packets_in_other_encodings_become_utf_8(encoding: str, is_wrapped: bool) -> None:
    content = xmp_of(f"{NAMES}", "<own:x>\u6728</own:x>", is_wrapped=is_wrapped)

    packet = _packet(content.decode().encode(encoding))

    assert packet.to_bytes() == content


def test_zeros_and_a_declaration_around_a_packet_do_no_harm() -> None:
    content = xmp_of(f'{NAMES} dc:source="here"', is_wrapped=False)

    packet = _packet(b'<?xml version="1.0" encoding="UTF-16"?>\n' + content + b"\0\0")

    assert packet.value(DC, "source") == "here"


def test_properties_are_attributes_or_elements() -> None:
    packet = _packet(
        xmp_of(
            f'{NAMES} dc:source="here"',
            '<own:a> 5 </own:a><own:b rdf:parseType="Resource"><rdf:value>6</rdf:value></own:b>'
            "<own:c><rdf:Seq><rdf:li>7</rdf:li></rdf:Seq></own:c>",
        )
    )

    assert packet.value(DC, "source") == "here"
    assert packet.value(OWN, "a") == "5"
    assert packet.value(OWN, "b") == "6"
    assert packet.value(OWN, "none") is None
    for local in ("a", "b"):
        for slot in packet.slots(OWN, local):
            slot.text = "8"
    assert packet.value(OWN, "b") == "8"
    assert b"<own:a>8</own:a>" in packet.to_bytes()
    for slot in packet.properties:
        slot.remove()
    assert list(packet.properties) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"rubbish",
        b"<a/>",
        b"\xff\xfe\x00",
        b"\xc3",
        b"<?xpacket begin",
        b'<?xpacket begin=""?><?xpacket end="w"?>',
        xmp_of()[:150],
        xmp_of(is_wrapped=False).replace(b"x:xmp", b"y:xmp"),
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + xmp_of(is_wrapped=False),
        b"<x>" * 100_000,
    ],
)
def test_what_is_no_packet_is_none(content: bytes) -> None:
    assert XmpPacket.parse(content) is None


def test_entities_are_not_expanded() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "ha">{levels}]>'.encode() + xmp_of("", "&e11;")

    assert XmpPacket.parse(bomb) is None


def test_extended_xmp_is_joined() -> None:
    note = 'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="ABC"'
    main = _packet(xmp_of(f'{NAMES} dc:source="here" {note}').replace(b'about=""', b'about="u"'))
    assert main.extension == b"ABC"

    main.join(_packet(xmp_of(f'{NAMES} own:long="yes"', is_wrapped=False)))
    main.drop_extension()

    again = _packet(main.to_bytes())
    assert again.value(DC, "source") == "here"
    assert again.value(OWN, "long") == "yes"
    assert again.extension is None
    assert b"xmpNote" not in main.to_bytes()
    assert main.to_bytes().count(b'about="u"') == 2


@pytest.mark.parametrize("long", ["attribute", "element", "many"])
def test_a_packet_too_long_for_a_jpeg_is_divided_and_joins_again(long: str) -> None:
    text = "\u00e9" * 50_000
    content = {
        "attribute": xmp_of(f'{NAMES} dc:source="here" own:long="{text}"'),
        "element": xmp_of(f'{NAMES} dc:source="here"', f"<own:long>{text}</own:long>"),
        "many": xmp_of(
            f'{NAMES} dc:source="here"',
            "".join(f"<own:n{n}>{n:0100}</own:n{n}>" for n in range(1000))
            + "<own:long>\u00e9</own:long>",
        ),
    }[long]
    before = {slot.name: slot.text for slot in _packet(content).properties}

    parts = _packet(content).split()

    assert parts is not None
    main, extended = _packet(parts[0]), parts[1]
    assert len(parts[0]) <= MAX_XMP_BYTES
    assert extended is not None
    assert main.extension == extension_digest(extended)
    assert main.value(DC, "source") == "here"
    main.join(_packet(extended))
    main.drop_extension()
    assert {slot.name: slot.text for slot in main.properties} == before
    assert b"xmlns:own" in extended


def test_a_short_packet_is_not_divided() -> None:
    assert _packet(xmp_of()).split() == (xmp_of(), None)


def test_what_cannot_be_divided_is_none() -> None:
    comment = f"<!--{'x' * 70_000}-->"

    assert _packet(xmp_of(NAMES, comment)).split() is None


def test_a_whole_picture_in_a_packet_is_kept() -> None:
    content = xmp_of(f'{NAMES} own:picture="{"A" * 12_000_000}"')

    parts = _packet(content).split()

    assert parts is not None
    assert parts[1] is not None
    assert len(parts[1]) > 12_000_000


@pytest.mark.parametrize(
    "content",
    [
        xmp_of().replace(b"</rdf:RDF>", b"<rdf:Description/>" * 2000 + b"</rdf:RDF>"),
        xmp_of(NAMES, "<own:a/>" * 30_000),
    ],
)
def test_a_packet_of_more_parts_than_any_program_writes_is_none(content: bytes) -> None:
    assert XmpPacket.parse(content) is None


def test_a_packet_of_too_many_parts_to_divide_is_not_divided() -> None:
    assert _packet(xmp_of(NAMES, "<own:a>0123456789</own:a>" * 5000)).split() is None
