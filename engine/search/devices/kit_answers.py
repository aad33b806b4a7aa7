"""Makes a profile of the answers that a phone gave to a kit."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

from engine.core.errors import ConfigError
from engine.core.regular_file import read_regular
from engine.search.devices.conditions import Conditions
from engine.search.devices.kit import (
    ANSWERS_FILE,
    ANSWERS_HEADER,
    KIT_FILE,
    PHONE_FILE,
    STATE_FILE,
    Kit,
    Phone,
)
from engine.search.devices.profile import MeasuredProfile, Observation, Runtime
from engine.search.devices.profile_making import MeasuredNetworks, make_profile

_MAX_BYTES = 16 << 20
StructT = TypeVar("StructT", Kit, Phone)


def import_answers(folder: Path) -> MeasuredProfile:
    """Return the profile that the answers in a kit's folder make.

    Raises:
        ConfigError: If a file is missing or broken, or answers are missing; the message says
            which, and on which line.
    """
    kit = _read_struct(folder / KIT_FILE, Kit, "a kit of 'mfagan device kit'")
    phone = _read_struct(folder / PHONE_FILE, Phone, "the description of a phone")
    missing = [name for name, value in msgspec.structs.asdict(phone).items() if not value.strip()]
    if missing:
        raise ConfigError(
            f"{folder / PHONE_FILE}: {', '.join(missing)} not filled in; run.sh fills it in, "
            "or edit the file"
        )
    times_s = _read_answers(folder / ANSWERS_FILE, kit)
    before, after = _read_states(folder / STATE_FILE)
    return make_profile(
        _measured(kit, times_s),
        profile_id=kit.profile_id,
        device=phone.device,
        processor=phone.processor,
        runtime=Runtime(
            name="onnxruntime",
            version=phone.runtime_version,
            provider="cpu",
            precision="fp32",
            thread_count=kit.thread_count,
        ),
        size_px=(kit.height_px, kit.width_px),
        measured_at=phone.measured_at,
        before=before,
        after=after,
    )


def _measured(kit: Kit, times_s: Sequence[float]) -> MeasuredNetworks:
    #   turn   1      2     3      4     5
    #          ref    a     ref    b     ref     the reference around each network
    reference_s = np.array(times_s[::2])
    around_s = (reference_s[:-1] + reference_s[1:]) / 2
    ratios = np.array(times_s[1::2]) / around_s
    spreads = np.abs(np.diff(reference_s)) / 2 / around_s
    groups: dict[str, list[Observation]] = {"seen": [], "unseen": [], "pairs": []}
    for network, ratio, spread in zip(kit.networks, ratios, spreads, strict=True):
        found = Observation(sizes=network.sizes, ratio=float(ratio), spread=float(spread), runs=1)
        groups[network.group].append(found)
    low, middle, high = np.quantile(reference_s, (0.25, 0.5, 0.75))
    return MeasuredNetworks(
        seen=groups["seen"],
        unseen=groups["unseen"],
        pairs=groups["pairs"],
        reference=kit.reference,
        scale=kit.scale,
        reference_ms=1000 * float(middle),
        reference_spread=float((high - low) / 2 / middle),
    )


def _read_answers(path: Path, kit: Kit) -> list[float]:
    rows = csv.reader(io.StringIO(_read_text(path)))
    header = ",".join(next(rows, []))
    if header != ANSWERS_HEADER:
        raise ConfigError(f"{path}: line 1 must be {ANSWERS_HEADER}")
    lines = [row for row in rows if row]
    times_s = []
    for number, (name, row) in enumerate(zip(kit.turns, lines, strict=False), start=2):
        if len(row) < 3 or row[1] != name:
            found = row[1] if len(row) > 1 else "nothing"
            raise ConfigError(f"{path}: line {number}: {found!r}; this turn belongs to {name}")
        times_s.append(_seconds(row[2], f"{path}: line {number}: {name}"))
    if len(lines) != len(kit.turns):
        raise ConfigError(
            f"{path}: {len(lines)} answers of {len(kit.turns)}; run run.sh again to its end"
        )
    return times_s


def _seconds(text: str, place: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    # Written so that a value that is not a number fails, too.
    if not 0 < value < math.inf:
        raise ConfigError(f"{place}: the latency {text!r} is not a positive number of seconds")
    return value


def _read_states(path: Path) -> tuple[Conditions, Conditions]:
    """Return the state before and after; nothing known where a benchmark did not write it."""
    if not path.exists():
        return Conditions(), Conditions()
    found = {row[0]: row for row in csv.reader(io.StringIO(_read_text(path))) if len(row) == 4}
    return _conditions(found.get("before")), _conditions(found.get("after"))


def _conditions(row: Sequence[str] | None) -> Conditions:
    if row is None:
        return Conditions()
    _, governor, frequency_khz, temperature_c = row
    return Conditions(
        governor=governor or None,
        frequency_mhz=int(frequency_khz) / 1000 if frequency_khz.isdigit() else None,
        # A phone whose sensors cannot be read tells 0.
        temperature_c=float(temperature_c) if temperature_c.strip("0").isdigit() else None,
    )


def _read_struct(path: Path, kind: type[StructT], what: str) -> StructT:
    try:
        return msgspec.json.decode(_read_text(path), type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not {what}: {error}") from error


def _read_text(path: Path) -> str:
    try:
        return read_regular(path, max_bytes=_MAX_BYTES).decode("utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not a text file") from error
