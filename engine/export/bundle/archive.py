"""Puts everything that an export made into one zip.

manifest.json    what is in it, with hashes and measurements (`engine.export.bundle.manifest`)
card.json        model card of the network
report.md, report.html
check_bundle.py, check_networks.py
                 check the bundle elsewhere
onnx/… ncnn/…    files of each target
vectors/…        inputs and expected outputs
pictures/…       a sample before and after
snippets/…       code for apps
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import msgspec
import numpy as np

from engine.catalog.card_file import encode_card
from engine.core.atomic_file import (
    make_folder,
    output_error,
    publish_new,
    publish_over,
    temporary_part,
)
from engine.core.errors import OutputExistsError
from engine.core.private_files import shared_mode
from engine.export.bundle.manifest import (
    MANIFEST_NAME,
    REPORT_NAME,
    BundleManifest,
    Machine,
    TargetReport,
    TestVector,
)
from engine.export.bundle.report import html_report, markdown_report
from engine.export.bundle.sample_inputs import (
    SHOWN_SAMPLE,
    SHOWN_SIZE,
    parity_sizes,
    png_bytes,
    sample_input,
)
from engine.export.bundle.snippets import snippets
from engine.export.targets.plain_network import PlainNetwork
from engine.export.targets.target import BatchF32
from engine.imaging.resample.bicubic import resize_bicubic
from engine.inference.network.session import SessionSpec, open_session

# A zip keeps no time before 1980; without times the same export gives the same bundle.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PROGRAMS = ("check_bundle.py", "check_networks.py")
# Larger pictures are kept as 8-bit PNG: a float array of full HD has 25 MB.
_MOST_FLOAT_VALUES = 250_000


def write_archive(
    out: Path,
    *,
    network: PlainNetwork,
    work: Path,
    machine: Machine,
    reports: tuple[TargetReport, ...],
    may_replace: bool,
) -> BundleManifest:
    """Write the bundle and return its manifest.

    Args:
        out: The zip file.
        network: The exported network.
        work: Folder of what the targets wrote, and of ``reference.onnx``.
        machine: Where it was measured.
        reports: What became of each target.
        may_replace: Whether ``out`` may be replaced.

    Raises:
        OutputExistsError: If ``out`` appeared in the meantime and must not be replaced.
        OutputError: If it cannot be written.
    """
    contents = dict(_target_files(work, reports))
    vectors = _vectors(network, work, reports, contents)
    contents |= _pictures(network, work, reports)
    card = network.card
    manifest = BundleManifest(
        id=card.id,
        name=card.name,
        scale=card.scale,
        channels=network.channels,
        license=card.license,
        fixed_at=card.training.get("fixed_at", {}),
        tile_px=card.tile.best_px,
        overlap_px=card.tile.overlap_px,
        size_multiple=card.size_multiple,
        machine=machine,
        targets=reports,
        vectors=vectors,
        files={},
    )
    contents |= {
        "card.json": encode_card(card),
        **{name: Path(__file__).with_name(name).read_bytes() for name in _PROGRAMS},
        REPORT_NAME: markdown_report(manifest, card).encode(),
        "report.html": html_report(manifest, card, contents).encode(),
        **{name: text.encode() for name, text in snippets(manifest).items()},
    }
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    manifest = msgspec.structs.replace(manifest, files=dict(sorted(hashes.items())))
    contents[MANIFEST_NAME] = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    _write(out, contents, may_replace=may_replace)
    return manifest


def _write(out: Path, contents: dict[str, bytes], *, may_replace: bool) -> None:
    make_folder(out.parent)
    publish = publish_over if may_replace else publish_new
    try:
        with temporary_part(out) as part:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
                # The manifest first: readers find it at once.
                for name in sorted(contents, key=lambda name: (name != MANIFEST_NAME, name)):
                    info = zipfile.ZipInfo(name, _EPOCH)
                    info.external_attr = 0o644 << 16
                    archive.writestr(info, contents[name], zipfile.ZIP_DEFLATED)
            publish(part, out, mode=shared_mode())
    except FileExistsError as error:
        raise OutputExistsError(
            f"{out}: appeared while the bundle was made; name another"
        ) from error
    except OSError as error:
        raise output_error(error, out) from error


def _target_files(work: Path, reports: tuple[TargetReport, ...]) -> dict[str, bytes]:
    return {
        name: (work / name).read_bytes()
        for report in reports
        for item in report.files
        for name in item.sha256
    }


def _vectors(
    network: PlainNetwork,
    work: Path,
    reports: tuple[TargetReport, ...],
    contents: dict[str, bytes],
) -> tuple[TestVector, ...]:
    """Add inputs and expected outputs to ``contents``, for all sizes that files take."""
    fixed = [item.file.size for report in reports for item in report.files if item.file.size]
    sizes = [*parity_sizes(network.card.size_rules), *dict.fromkeys(fixed)]
    run = open_session(SessionSpec.of_file(work / "reference.onnx")).run
    vectors = []
    for number, size in enumerate(sizes):
        lr = sample_input(number, size, channels=network.channels)
        sr = run(lr)
        name = f"{size[0]}x{size[1]}"
        is_small = sr.size <= _MOST_FLOAT_VALUES
        source, expected = (
            f"vectors/{name}.png",
            f"vectors/{name}-expected.{'npy' if is_small else 'png'}",
        )
        contents[source] = png_bytes(lr)
        contents[expected] = _array(sr) if is_small else png_bytes(sr)
        vectors.append(
            TestVector(name=name, input=source, expected=expected, height=size[0], width=size[1])
        )
    return tuple(vectors)


def _array(batch: BatchF32) -> bytes:
    """Return the picture of a batch as ``.npy``, ``(H, W, C)`` float32."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(batch[0].transpose(1, 2, 0)), allow_pickle=False)
    return buffer.getvalue()


def _pictures(
    network: PlainNetwork, work: Path, reports: tuple[TargetReport, ...]
) -> dict[str, bytes]:
    """Return a part of a sample photo, enlarged by bicubic and by each target."""
    lr = sample_input(SHOWN_SAMPLE, SHOWN_SIZE, channels=network.channels)
    height_px, width_px = (side * network.scale for side in SHOWN_SIZE)
    plain = resize_bicubic(lr[0].transpose(1, 2, 0), height_px=height_px, width_px=width_px)
    found = {"pictures/bicubic.png": png_bytes(plain.transpose(2, 0, 1)[None])}
    for report in reports:
        path = work / f"{report.name}.png"
        if report.files and path.exists():
            found[f"pictures/{report.name}.png"] = path.read_bytes()
    return found
