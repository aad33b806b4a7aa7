from __future__ import annotations

import pytest

from engine.imaging.metadata.layout_description import layout_program


@pytest.mark.parametrize(
    ("caption", "program"),
    [
        (b"ImageJ=1.54f\nimages=2", "ImageJ"),
        (b"SCIFIO=0.46\naxes=X,Y", "SCIFIO"),
        (b'{"axes": "YXS", "shape": [4, 5, 3]}', "tifffile"),
        (b"shape=(2, 48, 64)", "tifffile"),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<OME xmlns="x">', "OME-XML"),
        (b'<ome:OME xmlns:ome="x">', "OME-XML"),
        (b"Aperio Image Library v11\r\n46000x32914", "Aperio"),
        (b"SI.VERSION_MAJOR = 2020", "ScanImage"),
        (b'<MetaData>\n<prop id="pixel-size-x" type="int" value="512"/>', "MetaMorph"),
    ],
)
def test_descriptions_for_programs_are_known(caption: bytes, program: str) -> None:
    assert layout_program(caption) == program


@pytest.mark.parametrize(
    "caption",
    [b"My holidays", b"{of mine}", b"A shape of ImageJ=", b"Si.", b"", b"<b>ROME</b>"],
)
def test_captions_for_people_stay(caption: bytes) -> None:
    assert layout_program(caption) is None
