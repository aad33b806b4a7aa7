"""Writes a device profile to a terminal or to a program."""

from __future__ import annotations

import msgspec

from engine.cli.device_tables import accuracy_rows, facts, width_rows
from engine.cli.output import Output
from engine.search.devices.predictor import label_of, latency_pairs_ms, origin_of
from engine.search.devices.profile import DeviceProfile, MeasuredProfile


def show_profile(profile: DeviceProfile, output: Output) -> None:
    """Write what a profile says: its tables as text, or all of it as JSON."""
    if output.is_json:
        output.document(described(profile))
    for label, value in facts(profile):
        output.text(f"{label:<12} {value}")
    if not isinstance(profile, MeasuredProfile):
        return
    if profile.accuracy:
        output.text()
        output.table(*accuracy_rows(profile.accuracy))
    if profile.widths:
        output.text()
        output.table(*width_rows(profile.widths))


def described(profile: DeviceProfile) -> dict[str, object]:
    """Return a profile for JSON, with the origin of its latencies."""
    fields: dict[str, object] = msgspec.to_builtins(profile)
    extra: dict[str, object] = {"origin": origin_of(profile), "label": label_of(profile)}
    if isinstance(profile, MeasuredProfile):
        pairs = latency_pairs_ms(profile)
        extra["scatter"] = [{"predicted_ms": p, "measured_ms": m} for p, m in pairs]
    return {**fields, **extra}
