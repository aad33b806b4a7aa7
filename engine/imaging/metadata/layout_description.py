"""Recognizes captions that programs write for programs: descriptions of a file's layout.

ImageJ and others store the number of planes and their sizes in the TIFF tag for captions. In a
result with another size and one page, such a description would be wrong and still be believed.
"""

from __future__ import annotations

import re
from typing import Final

# The pattern is near the start; a caption can have any length.
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
    """Return the program whose description of a layout this is, None if it is a real caption."""
    start = caption[:_START_BYTES]
    return next((name for name, pattern in _KINDS.items() if pattern.match(start)), None)
