"""The engine's sentences by code, for translators; a test compares them with the engine's own."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from app.state.translation import QT_TRANSLATE_NOOP

# ruff: noqa: E501 - a sentence is on one line, as translators see it

SENTENCES: Mapping[str, str] = {
    "another-picture": QT_TRANSLATE_NOOP("Engine", "Only the first picture of the file is used."),
    "appeared": QT_TRANSLATE_NOOP(
        "Engine", "{path}: appeared meanwhile and was kept; nothing was made"
    ),
    "bad-profile": QT_TRANSLATE_NOOP(
        "Engine", "The color profile is damaged or does not fit the pixels: it is dropped."
    ),
    "bound-maker-note": QT_TRANSLATE_NOOP(
        "Engine", "The maker note is valid only at its original place in the file: it is left out."
    ),
    "bound-to-order": QT_TRANSLATE_NOOP(
        "Engine",
        "{name} of EXIF cannot be brought into the byte order of the result: it is left out.",
    ),
    "broken-exif": QT_TRANSLATE_NOOP("Engine", "The EXIF block is broken and is dropped."),
    "broken-xmp": QT_TRANSLATE_NOOP("Engine", "The XMP packet is broken and is dropped."),
    "credentials": QT_TRANSLATE_NOOP(
        "Engine", "Content credentials (C2PA) are left out: they are valid for the original only."
    ),
    "damaged": QT_TRANSLATE_NOOP(
        "Engine", "{path}: damaged or incomplete ({reason}); download or copy it again"
    ),
    "damaged-entries": QT_TRANSLATE_NOOP(
        "Engine", "{count} damaged entries of the EXIF block are left out."
    ),
    "damaged-entry": QT_TRANSLATE_NOOP("Engine", "A damaged entry of the EXIF block is left out."),
    "decoder-memory": QT_TRANSLATE_NOOP(
        "Engine",
        "{path}: not enough memory to decode it; close other programs, or save it as PNG or TIFF, which are read piece by piece",
    ),
    "depth-map": QT_TRANSLATE_NOOP("Engine", "The depth map is left out."),
    "derived-text": QT_TRANSLATE_NOOP(
        "Engine", "Texts that repeat the sizes of the photo are left out."
    ),
    "disk-full": QT_TRANSLATE_NOOP(
        "Engine", "{path}: the disk is full; free some space or choose another folder"
    ),
    "empty-alpha": QT_TRANSLATE_NOOP(
        "Engine", "An extra channel of zeros is not used as transparency: nothing would be visible."
    ),
    "empty-file": QT_TRANSLATE_NOOP(
        "Engine", "{path}: the file is empty; download or copy it again"
    ),
    "encoder-failed": QT_TRANSLATE_NOOP(
        "Engine", "{path}: {operation} failed ({reason}); choose another format"
    ),
    "factor-not-reached": QT_TRANSLATE_NOOP(
        "Engine",
        "{factor} times cannot be reached with networks of scale {scales}; choose a smaller size",
    ),
    "factor-too-large": QT_TRANSLATE_NOOP(
        "Engine",
        "{kind} {value} enlarges {width} x {height} px {factor} times; at most {most} times is possible",
    ),
    "fewer-bits": QT_TRANSLATE_NOOP(
        "Engine", "{format} keeps {kept} bits of {wanted} per channel."
    ),
    "field-bool": QT_TRANSLATE_NOOP("Engine", "{value}: expected true or false"),
    "field-choice": QT_TRANSLATE_NOOP("Engine", "{value}: expected one of {choices}"),
    "field-group": QT_TRANSLATE_NOOP("Engine", "{value}: expected values of its own below it"),
    "field-int": QT_TRANSLATE_NOOP("Engine", "{value}: expected a whole number"),
    "field-int-least": QT_TRANSLATE_NOOP(
        "Engine", "{value}: expected a whole number of at least {least}"
    ),
    "field-int-range": QT_TRANSLATE_NOOP(
        "Engine", "{value}: expected a whole number from {least} to {most}"
    ),
    "field-missing": QT_TRANSLATE_NOOP("Engine", "is missing"),
    "field-number": QT_TRANSLATE_NOOP("Engine", "{value}: expected a number"),
    "field-number-above": QT_TRANSLATE_NOOP("Engine", "{value}: expected a number above {least}"),
    "field-number-least": QT_TRANSLATE_NOOP(
        "Engine", "{value}: expected a number of at least {least}"
    ),
    "field-number-range": QT_TRANSLATE_NOOP(
        "Engine", "{value}: expected a number from {least} to {most}"
    ),
    "finding-blur": QT_TRANSLATE_NOOP("Engine", "blurred"),
    "finding-clean": QT_TRANSLATE_NOOP("Engine", "no visible damage"),
    "finding-compressed-before": QT_TRANSLATE_NOOP("Engine", "compressed more strongly before"),
    "finding-faint": QT_TRANSLATE_NOOP("Engine", "faint noise or compression"),
    "finding-jpeg-quality": QT_TRANSLATE_NOOP("Engine", "JPEG quality about {quality}"),
    "finding-jpeg-traces": QT_TRANSLATE_NOOP("Engine", "traces of JPEG quality {quality}"),
    "finding-little-detail": QT_TRANSLATE_NOOP("Engine", "too little detail to be judged"),
    "finding-little-noise": QT_TRANSLATE_NOOP("Engine", "little noise"),
    "finding-much-noise": QT_TRANSLATE_NOOP("Engine", "much noise"),
    "finding-slight-blur": QT_TRANSLATE_NOOP("Engine", "slightly blurred"),
    "finding-some-noise": QT_TRANSLATE_NOOP("Engine", "some noise"),
    "folder": QT_TRANSLATE_NOOP(
        "Engine", "{path}: a folder, not a picture; name the pictures in it"
    ),
    "format-limit": QT_TRANSLATE_NOOP(
        "Engine",
        "{path}: {width}x{height} px do not fit {format}, whose sides end at {limit} px; choose TIFF or PNG, or a smaller size",
    ),
    "gain-map": QT_TRANSLATE_NOOP(
        "Engine",
        "The gain map for HDR screens is left out: the result is for standard screens.",
    ),
    "geography": QT_TRANSLATE_NOOP("Engine", "The geographic reference of the pixels is left out."),
    "huge-tiff": QT_TRANSLATE_NOOP(
        "Engine", "The metadata do not fit a TIFF of this size: they are left out."
    ),
    "impossible-dpi": QT_TRANSLATE_NOOP(
        "Engine", "A print resolution of {dpi} dpi is impossible: it is left out."
    ),
    "incomplete-xmp": QT_TRANSLATE_NOOP(
        "Engine", "A part of the XMP is missing in the file: the rest is kept."
    ),
    "large-enough": QT_TRANSLATE_NOOP(
        "Engine", "The photo is already large enough: no network was needed"
    ),
    "layers": QT_TRANSLATE_NOOP("Engine", "Photoshop's layers are left out."),
    "layout-description": QT_TRANSLATE_NOOP(
        "Engine", "The description of the file's layout by {program} is left out."
    ),
    "lines-skipped": QT_TRANSLATE_NOOP(
        "Engine", "{file}: lines that are not events were skipped: {count}; the first: {line}"
    ),
    "long-comment": QT_TRANSLATE_NOOP(
        "Engine", "A comment is longer than JPEG can hold: it is left out."
    ),
    "long-maker-note": QT_TRANSLATE_NOOP(
        "Engine", "With its maker note, EXIF is longer than JPEG can hold: the note is left out."
    ),
    "mask-page": QT_TRANSLATE_NOOP(
        "Engine", "The transparency mask on a page of its own is not used."
    ),
    "memory-short": QT_TRANSLATE_NOOP("Engine", "Memory was short: {free} free, {wanted} wanted"),
    "missing-extra": QT_TRANSLATE_NOOP(
        "Engine", '{path}: {what} need an optional package; pip install "mfagan-studio[{extra}]"'
    ),
    "no-memory": QT_TRANSLATE_NOOP(
        "Engine",
        "Memory is not sufficient even for tiles of {tile} px; close other programs, choose a smaller model or run on the CPU (device cpu)",
    ),
    "no-picture": QT_TRANSLATE_NOOP(
        "Engine", "{path}: not a picture in a format that can be read; save it as PNG, TIFF or JPEG"
    ),
    "no-place": QT_TRANSLATE_NOOP("Engine", "{format} holds no {block} block: it is dropped."),
    "no-fidelity": QT_TRANSLATE_NOOP("Engine", "{model} has no fidelity: it had no effect"),
    "no-restoration": QT_TRANSLATE_NOOP("Engine", "{model} has no restoration: it had no effect"),
    "no-room": QT_TRANSLATE_NOOP(
        "Engine",
        "{folder}: {name} needs at least {needed} there, {free} are free; free some space or choose another folder",
    ),
    "no-scale": QT_TRANSLATE_NOOP(
        "Engine", "There is no network of scale {scale}; choose another model"
    ),
    "no-suffix": QT_TRANSLATE_NOOP(
        "Engine", "The file is named without a suffix but holds {format}."
    ),
    "no-texts": QT_TRANSLATE_NOOP(
        "Engine", "{format} holds no texts such as {keywords}: they are left out."
    ),
    "odd-file": QT_TRANSLATE_NOOP(
        "Engine",
        "The file has irregularities ({warning}): check whether a part of the picture is missing.",
    ),
    "on-white": QT_TRANSLATE_NOOP(
        "Engine", "JPEG has no transparency: transparent areas become white."
    ),
    "only-first": QT_TRANSLATE_NOOP("Engine", "Only the first of {count} pages or frames is used."),
    "only-restores": QT_TRANSLATE_NOOP(
        "Engine",
        "There is no network that enlarges: this one restores a photo at its own size; choose the factor 1 (--scale 1) or another model",
    ),
    "other-segments": QT_TRANSLATE_NOOP(
        "Engine", "Data of other kinds in the JPEG are left out ({names})."
    ),
    "packages-missing": QT_TRANSLATE_NOOP(
        "Engine", 'this needs packages that are not installed: pip install "mfagan-studio[{extra}]"'
    ),
    "packed-metadata": QT_TRANSLATE_NOOP(
        "Engine", "Metadata that are packed with Brotli cannot be read: they are left out."
    ),
    "pixel-aspect": QT_TRANSLATE_NOOP(
        "Engine", "The file says that its pixels are {across}:{down}: they are taken as square."
    ),
    "raw-developed": QT_TRANSLATE_NOOP(
        "Engine", "Developed from camera raw to sRGB; the file's metadata is not kept."
    ),
    "reduced-only": QT_TRANSLATE_NOOP(
        "Engine", "All pages of the file are marked as reduced copies: the first one is used."
    ),
    "run-finished": QT_TRANSLATE_NOOP(
        "Engine",
        "{folder}: is finished; to train further, start a run with more steps from its weights",
    ),
    "run-gone": QT_TRANSLATE_NOOP(
        "Engine", "{folder}: this run folder is gone; it was moved or deleted"
    ),
    "run-idle": QT_TRANSLATE_NOOP("Engine", "{folder}: is not running; resume it to continue"),
    "run-new": QT_TRANSLATE_NOOP("Engine", "{folder}: has not started; resume it to start it"),
    "run-running": QT_TRANSLATE_NOOP(
        "Engine", "{folder}: is running already; pause or stop it first"
    ),
    "scratch-full": QT_TRANSLATE_NOOP(
        "Engine",
        "{folder}: {needed} of scratch space are needed, {free} are free; free some space or choose another folder",
    ),
    "smaller-tiles": QT_TRANSLATE_NOOP(
        "Engine", "Memory ran out; continued with tiles of {tile} px"
    ),
    "template-field": QT_TRANSLATE_NOOP(
        "Engine", "Name template {template}: no field {field}; there are {known}"
    ),
    "template-folder": QT_TRANSLATE_NOOP(
        "Engine", "Name template {template} names a folder; use --output for that"
    ),
    "shared-exists": QT_TRANSLATE_NOOP("Engine", "{path}: exists already; choose another name"),
    "shared-original": QT_TRANSLATE_NOOP(
        "Engine", "{path}: is one of the compared photos; choose another name"
    ),
    "template-name": QT_TRANSLATE_NOOP(
        "Engine", "Name template {template} needs {{name}}, or all results are alike"
    ),
    "too-long": QT_TRANSLATE_NOOP(
        "Engine", "{block} is longer than {format} can hold: it is dropped."
    ),
    "too-many-pixels": QT_TRANSLATE_NOOP(
        "Engine",
        "{path}: {width}x{height} are {megapixels} megapixels, the limit is {limit}; raise the limit if you trust the file",
    ),
    "unknown-avif": QT_TRANSLATE_NOOP(
        "Engine", "EXIF and XMP could not be added to this AVIF: they are left out."
    ),
    "unread-text": QT_TRANSLATE_NOOP("Engine", "A text in the file is damaged and is left out."),
    "unreadable": QT_TRANSLATE_NOOP(
        "Engine", "{path}: cannot be read ({reason}); check its name and your permissions"
    ),
    "unusable-profile": QT_TRANSLATE_NOOP(
        "Engine", "The color profile cannot be used: it is dropped."
    ),
    "unwritable": QT_TRANSLATE_NOOP(
        "Engine", "{path}: cannot be written ({reason}); choose another folder"
    ),
    "video": QT_TRANSLATE_NOOP("Engine", "The video of this motion photo is left out."),
    "wrong-suffix": QT_TRANSLATE_NOOP("Engine", "The file is named {suffix} but holds {format}."),
}

KINDS: Mapping[str, str] = {
    "config": QT_TRANSLATE_NOOP("Engine", "A setting is not valid"),
    "unknown-name": QT_TRANSLATE_NOOP("Engine", "The name is unknown"),
    "image": QT_TRANSLATE_NOOP("Engine", "The picture cannot be used"),
    "unreadable-image": QT_TRANSLATE_NOOP("Engine", "The picture is damaged or cannot be read"),
    "unsupported-format": QT_TRANSLATE_NOOP("Engine", "This picture format is not supported"),
    "image-too-large": QT_TRANSLATE_NOOP("Engine", "The picture is too large"),
    "format-limit": QT_TRANSLATE_NOOP("Engine", "The result does not fit the format"),
    "output": QT_TRANSLATE_NOOP("Engine", "The result cannot be written"),
    "output-exists": QT_TRANSLATE_NOOP("Engine", "A file with that name exists already"),
    "disk-full": QT_TRANSLATE_NOOP("Engine", "The disk is full"),
    "model": QT_TRANSLATE_NOOP("Engine", "The model cannot be used"),
    "bad-card": QT_TRANSLATE_NOOP("Engine", "The card of the model is damaged"),
    "model-refused": QT_TRANSLATE_NOOP("Engine", "This network is not supported"),
    "inference": QT_TRANSLATE_NOOP("Engine", "The network could not be run"),
    "out-of-memory": QT_TRANSLATE_NOOP("Engine", "There is not enough memory"),
    "broken-output": QT_TRANSLATE_NOOP("Engine", "The network returned no picture"),
    "missing-extra": QT_TRANSLATE_NOOP("Engine", "An optional package is not installed"),
}
"""Kinds of errors, for errors whose sentence has no translation."""


def engine_sentence(code: str, values: Mapping[str, str]) -> str | None:
    """Return the sentence ``code`` in the language of the app, None if the code is unknown."""
    source = SENTENCES.get(code)
    if source is None:
        return None
    return QCoreApplication.translate("Engine", source).format_map(values)


def engine_kind(code: str) -> str | None:
    """Return the kind of error ``code``, None if the app is in English, as the engine is."""
    source = KINDS.get(code)
    shown = QCoreApplication.translate("Engine", source) if source is not None else None
    return None if shown == source else shown
