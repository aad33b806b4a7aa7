"""Knows the captions that programs write for programs: how the file is laid out.

ImageJ and others keep the number of planes and their sizes in the TIFF tag that is meant
for a caption. In a result of another size and one page they would be believed, and be wrong.
"""

from __future__ import annotations

import re
from typing import Final

# What the layout is said to be comes first.
_START_BYTES = 65_536
_KINDS: Final = {
    "ImageJ": re.compile(rb"\s*ImageJ="),
    "SCIFIO": re.compile(rb"\s*SCIFIO="),
    "tifffile": re.compile(rb'\s*(\{.*"shape"\s*:|shape=\()', re.DOTALL),
    "OME-XML": re.compile(rb".*<(\w+:)?OME[\s>]", re.DOTALL),
    "Aperio": re.compile(rb"\s*Aperio Image"),
    "ScanImage": re.compile(rb"\s*(scanimage\.SI|SI)\.\w"),
    "PerkinElmer": re.compile(rb".*<PerkinElmer-QPI", re.DOTALL),
    "MetaMorph": re.compile(rb'.*<prop id="pixel-size-x"', re.DOTALL),
}


def layout_program(caption: bytes) -> str | None:
    """Return whose description of a file's layout a caption is, None if it is a caption."""
    start = caption[:_START_BYTES]
    return next((name for name, pattern in _KINDS.items() if pattern.match(start)), None)
