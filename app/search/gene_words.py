"""The genes of a candidate in words."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from PySide6.QtCore import QCoreApplication

from app.state.number_texts import local_numbers
from app.state.shown_names import shown

translate = QCoreApplication.translate

GeneValue = bool | int | float | str | None


def gene_lines(genes: Mapping[str, GeneValue]) -> list[str]:
    """Return a few lines that say what network the ``genes`` are.

    Genes without effect are None and are left out; those of spaces that this module has no words
    for are given by name and value.
    """
    values = {name: value for name, value in genes.items() if value is not None}
    lines = _mfanet_lines(values) if {"channels", "blocks"} <= values.keys() else []
    if lines:
        return lines
    return [f"{shown(name)}: {shown(str(value))}" for name, value in values.items()]


def _mfanet_lines(values: Mapping[str, GeneValue]) -> list[str]:
    lines = [
        translate("GeneWords", "{channels} channels wide, {blocks} blocks deep").format(
            channels=values["channels"], blocks=values["blocks"]
        )
    ]
    inner = [*_of_blocks(values, "near"), *_of_blocks(values, "middle")]
    if inner:
        lines.append(_inner_line(inner))
    taps = _of_blocks(values, "tap")
    if taps:
        lines.append(
            translate("GeneWords", "Taps on {count} of {blocks} blocks").format(
                count=sum(map(bool, taps)), blocks=len(taps)
            )
        )
    kernels = _of_blocks(values, "last_kernel")
    if kernels:
        lines.append(
            translate(
                "GeneWords",
                "Last stage 3\u00d73 in {count} of {blocks} blocks, 1\u00d71 in the others",
            ).format(count=sum(kernel == 3 for kernel in kernels), blocks=len(kernels))
            if any(kernel != 3 for kernel in kernels)
            else translate("GeneWords", "Last stage 3\u00d73 in all blocks")
        )
    tail = values.get("tail_kernel")
    if tail is not None:
        lines.append(
            translate("GeneWords", "Last convolution {kernel}\u00d7{kernel}").format(kernel=tail)
        )
    return lines


def _inner_line(inner: list[float]) -> str:
    least, most = min(inner), max(inner)
    if least == most:
        return translate("GeneWords", "Inner stages {width} channels wide").format(
            width=f"{least:g}"
        )
    return translate(
        "GeneWords", "Inner stages {least} to {most} channels wide, {mean} on average"
    ).format(least=f"{least:g}", most=f"{most:g}", mean=local_numbers(f"{fmean(inner):.0f}"))


def _of_blocks(values: Mapping[str, GeneValue], name: str) -> list[float]:
    found = (value for key, value in values.items() if key.rpartition(".")[2] == name)
    return [float(value) for value in found if isinstance(value, (bool, int, float))]
