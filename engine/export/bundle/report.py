"""The report of a bundle, as Markdown and as one HTML page with pictures."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from html import escape

from engine.catalog.card import ModelCard
from engine.core.markdown_table import markdown_table
from engine.core.units import format_bytes
from engine.export.bundle.manifest import BundledFile, BundleManifest, TargetReport

_COLUMNS = (
    "file",
    "size",
    "runs in",
    "largest difference",
    "loss, dB",
    "p50, ms",
    "p95, ms",
    "speed",
    "peak memory",
)
_TEXT_COLUMNS = ("file", "runs in")
_STATES = {
    "verified": "verified by running it",
    "written": "written, not run here",
    "failed": "failed",
    "impossible": "not possible for this network",
    "missing": "not installed",
}
_METHOD = (
    "Difference: largest over pictures of odd and even sizes, in units of white, from the float32 "
    "network in ONNX Runtime. Loss: Y-PSNR against that network on bicubic LR pictures; none "
    "where it computes the same. Latency: of a file's own size, or 128x128, in turns with that "
    "network; speed is relative to it. Peak memory: of the whole process, Python and runtime "
    "included."
)
_OPERATOR_COLUMNS = ("file", "taken by", "partitions", "operators", "left to the CPU", "known from")
_OPERATOR_NOTE = (
    "Partitions: parts of the graph that a runtime or accelerator computes, each in one go. "
    "Measured: the runtime ran the file here and said so, for the graph as it optimized it. "
    "Listed: the accelerator is not here; the operators were compared by name with the list "
    "that its makers publish, and a phone may still refuse one."
)
_CHECK_NOTE = (
    "- Check this bundle on another machine: unpack check_bundle.py and check_networks.py, then "
    "python check_bundle.py BUNDLE.zip, which needs onnxruntime, numpy and pillow; or mfagan "
    "export verify BUNDLE.zip."
)
_STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem;
       color: #1c1f24; background: #fff }
table { border-collapse: collapse; display: block; overflow-x: auto; font-size: .875rem }
td, th { padding: .3rem .6rem; border-bottom: 1px solid #ccd; text-align: left;
         vertical-align: top }
td { white-space: nowrap }
.figure { text-align: right; font-variant-numeric: tabular-nums }
td:first-child, td:nth-child(4):last-child { white-space: normal; overflow-wrap: anywhere;
       min-width: 10rem }
td:nth-child(4):last-child { min-width: 18rem }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(45%, 20rem), 1fr));
       gap: 1rem }
figure { margin: 0 } figcaption { font-size: .9rem } img { display: block; width: 100% }
@media (prefers-color-scheme: dark) { body { color: #e6e8eb; background: #16181c }
  td, th { border-color: #3a3f47 } }
"""


def markdown_report(manifest: BundleManifest, card: ModelCard) -> str:
    """Return what a bundle holds, how it was measured and how to use it."""
    lines = [f"# {manifest.name} ({manifest.id})", ""]
    lines += [*_facts(manifest, card), ""]
    lines += ["## Targets", "", *_target_lines(manifest), ""]
    lines += ["## Files", "", markdown_table(_COLUMNS, list(_rows(manifest)), left=_TEXT_COLUMNS)]
    lines += [*_conditions(manifest), "", "## Operators", "", _OPERATOR_NOTE, ""]
    lines += [
        markdown_table(_OPERATOR_COLUMNS, list(_operator_rows(manifest)), left=_OPERATOR_COLUMNS)
    ]
    lines += ["## Notes", "", *_notes(manifest, card), ""]
    return "\n".join(lines)


def html_report(manifest: BundleManifest, card: ModelCard, contents: Mapping[str, bytes]) -> str:
    """Return the same as one HTML page, with the pictures of ``contents`` inside it."""
    title = escape(f"{manifest.name} ({manifest.id})")
    parts = [f"<h1>{title}</h1>", *(f"<p>{escape(line)}</p>" for line in _facts(manifest, card))]
    parts.append('<h2>Before and after</h2>\n<div class="pictures">')
    for name, content in contents.items():
        if name.startswith("pictures/"):
            source = base64.b64encode(content).decode()
            label = escape(name.removeprefix("pictures/").removesuffix(".png"))
            parts.append(
                f'<figure><img alt="{label}" src="data:image/png;base64,{source}">'
                f"<figcaption>{label}</figcaption></figure>"
            )
    parts += ["</div>", "<h2>Targets</h2>", _list(_target_lines(manifest))]
    parts += ["<h2>Files</h2>", _html_table(_COLUMNS, _rows(manifest), left=_TEXT_COLUMNS)]
    parts += [f"<p>{escape(line)}</p>" for line in _conditions(manifest)]
    parts += ["<h2>Operators</h2>", f"<p>{escape(_OPERATOR_NOTE)}</p>"]
    operators = _operator_rows(manifest)
    parts.append(_html_table(_OPERATOR_COLUMNS, operators, left=_OPERATOR_COLUMNS))
    parts += ["<h2>Notes</h2>", _list(_notes(manifest, card))]
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _facts(manifest: BundleManifest, card: ModelCard) -> list[str]:
    fixed = ", ".join(f"{name} {value:g}" for name, value in manifest.fixed_at.items())
    point = f" The dial is fixed at {fixed}." if fixed else ""
    cost = f"{card.params:,} parameters, {card.macs.value / 1e9:.2f} GMAC at {card.macs.input}."
    return [
        cost + point,
        f"License: {card.license}. {card.credit}.",
        f"Pictures are sRGB, values 0 to 1; sides are multiples of {manifest.size_multiple}.",
        f"Tiles for large photos: {manifest.tile_px} px, {manifest.overlap_px} px of overlap.",
    ]


def _target_lines(manifest: BundleManifest) -> list[str]:
    return [f"- {report.title}: {_state(report)}" for report in manifest.targets]


def _state(report: TargetReport) -> str:
    reason = f": {report.reason}" if report.reason else ""
    return f"{_STATES[report.state]}{reason}"


def _rows(manifest: BundleManifest) -> Iterator[tuple[str, ...]]:
    for report in manifest.targets:
        for number, item in enumerate(report.files):
            unknown = "as above" if number else "not measured"
            name = f"{report.name}/{item.file.name}"
            yield (name, format_bytes(item.bytes), *_measured(item, unknown))


def _measured(item: BundledFile, unknown_loss: str) -> tuple[str, ...]:
    found = item.verification
    if found is None:
        return ("not run here", "", "", "", "", "", "")
    losses = ", ".join(f"{name} {value:.3f}" for name, value in found.loss_db.items())
    return (
        found.runtime,
        f"{found.largest_difference:.1e}",
        losses or ("none" if found.largest_difference <= 1e-4 else unknown_loss),
        f"{found.p50_ms:.1f}",
        f"{found.p95_ms:.1f}",
        f"{found.relative_speed:.2f}",
        format_bytes(found.peak_memory_bytes),
    )


def _conditions(manifest: BundleManifest) -> list[str]:
    runs = [
        item.verification
        for report in manifest.targets
        for item in report.files
        if item.verification is not None
    ]
    threads = max((run.threads for run in runs), default=0)
    rounds = max((run.rounds for run in runs), default=0)
    loads = [run.load_average for run in runs] or [0.0]
    machine = manifest.machine
    where = (
        f"Measured on {machine.date} on {machine.processor}, CPU threads: {threads}; {rounds} "
        f"timed runs of each file after warm-up, load average {min(loads):.1f} to {max(loads):.1f} "
        f"with the measurement itself; {machine.system}, MFAGAN Studio {machine.product}."
    )
    return [_METHOD, where]


def _operator_rows(manifest: BundleManifest) -> Iterator[tuple[str, ...]]:
    for report in manifest.targets:
        for item in report.files:
            name = f"{report.name}/{item.file.name}"
            yield (name, "in the file", "", *_counted(item.file.operators), "", "")
            for found in item.verification.placements if item.verification else ():
                basis = f"{found.basis}: {found.source}"
                taken, left = _counted(found.taken), _counted(found.left)
                yield (name, found.by, str(found.partitions), *taken, *left, basis)


def _counted(operators: Mapping[str, int]) -> tuple[str]:
    return (", ".join(f"{count} {name}" for name, count in operators.items()),)


def _notes(manifest: BundleManifest, card: ModelCard) -> list[str]:
    lines = [
        f"- {report.title}: {note}"
        for report in manifest.targets
        for note in dict.fromkeys(note for item in report.files for note in item.file.notes)
    ]
    lines += [f"- {limit}" for limit in card.limits]
    lines.append(_CHECK_NOTE)
    return lines


def _list(lines: list[str]) -> str:
    return (
        "<ul>" + "".join(f"<li>{escape(line.removeprefix('- '))}</li>" for line in lines) + "</ul>"
    )


def _html_table(
    columns: Sequence[str], lines: Iterable[tuple[str, ...]], *, left: Collection[str]
) -> str:
    sides = ["" if name in left else ' class="figure"' for name in columns]
    head = "".join(
        f"<th{side}>{escape(name)}</th>" for side, name in zip(sides, columns, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(f"<td{side}>{escape(cell)}</td>" for side, cell in zip(sides, line, strict=True))
        + "</tr>"
        for line in lines
    )
    return f"<table><tr>{head}</tr>{rows}</table>"
