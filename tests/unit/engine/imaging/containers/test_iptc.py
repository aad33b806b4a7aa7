from __future__ import annotations

import pytest

from engine.imaging.containers.iptc import PHOTOSHOP_SIGNATURE, bare_iptc, iptc_resource

RECORDS = b"\x1c\x02\x50\x00\x05abcde"


@pytest.mark.parametrize("records", [RECORDS, RECORDS + b"x"])
def test_records_come_out_of_their_wrapping(records: bytes) -> None:
    assert bare_iptc(iptc_resource(records)) == records
    assert bare_iptc(PHOTOSHOP_SIGNATURE + iptc_resource(records)) == records


def test_bare_records_stay() -> None:
    assert bare_iptc(RECORDS) == RECORDS


def test_records_are_found_behind_other_resources() -> None:
    other = b"8BIM\x03\xed\x03abc\x00\x00\x00\x03xyz\0"
    block = b"Photoshop 3.0\0" + other + iptc_resource(RECORDS)

    assert bare_iptc(block) == RECORDS


@pytest.mark.parametrize("block", [None, b"rubbish", b"Photoshop 3.0\0", b"Photoshop 3.0\x008BIM"])
def test_what_holds_no_records_is_none(block: bytes | None) -> None:
    assert bare_iptc(block) is None
