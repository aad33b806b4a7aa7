"""Makes profiles of synthetic devices, whose latencies are known."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from engine.config.mfa_sizes import MfaSizes
from engine.search.devices.conditions import Conditions
from engine.search.devices.kit import Kit
from engine.search.devices.layers import layers_of
from engine.search.devices.profile import MeasuredProfile, Observation, Runtime
from engine.search.devices.profile_making import MeasuredNetworks, make_profile
from engine.search.devices.sampling import REFERENCE, block_pairs, draw_networks, draw_unseen
from engine.space.layers import Layer

RUNTIME = Runtime(
    name="onnxruntime", version="1.31.1", provider="cpu", precision="fp32", thread_count=1
)


def synthetic_ms(sizes: MfaSizes) -> float:
    """Return the latency of a network on a device with 16 lanes."""
    return 2.0 + sum(map(_layer_ms, layers_of(sizes, scale=4)))


def observations(networks: Iterable[MfaSizes]) -> list[Observation]:
    """Return what a measurement without noise finds."""
    reference_ms = synthetic_ms(REFERENCE)
    return [
        Observation(sizes=sizes, ratio=synthetic_ms(sizes) / reference_ms, spread=0.0, runs=4)
        for sizes in networks
    ]


def measured_networks(*, seen: int = 40, unseen: int = 20) -> MeasuredNetworks:
    """Return a measurement of the synthetic device."""
    networks = draw_networks(seen, seed=1, scale=4)
    return MeasuredNetworks(
        seen=observations(networks),
        unseen=observations(draw_unseen(unseen, networks, scale=4)) if unseen else [],
        pairs=observations(sizes for pair in block_pairs() for sizes in pair),
        reference=REFERENCE,
        scale=4,
        reference_ms=synthetic_ms(REFERENCE),
        reference_spread=0.01,
    )


def measured_profile(profile_id: str = "synthetic") -> MeasuredProfile:
    """Return the profile of the synthetic device, measured at 180x320."""
    return msgspec.structs.replace(_measured_profile(), id=profile_id)


@cache
def _measured_profile() -> MeasuredProfile:
    return make_profile(
        measured_networks(),
        profile_id="synthetic",
        device="Synthetic",
        processor="Made up",
        runtime=RUNTIME,
        size_px=(180, 320),
        measured_at="2026-01-02T03:04:05+00:00",
        before=Conditions(governor="performance", temperature_c=40.0),
        after=Conditions(governor="performance", temperature_c=42.0),
    )


def answer_kit(folder: Path, kit: Kit) -> None:
    """Answer a kit as the synthetic device would, which becomes 1 % slower with each run."""
    networks = {"reference": kit.reference, **{n.name: n.sizes for n in kit.networks}}
    lines = ["turn,network,p50_s,temperature_c"]
    for turn, name in enumerate(kit.turns):
        seconds = synthetic_ms(networks[name]) / 1000 * 1.01**turn
        lines.append(f"{turn + 1},{name},{seconds:.9f},41")
    (folder / "answers.csv").write_text("\n".join(lines) + "\n")
    phone = {
        "device": "Maker Phone 1",
        "processor": "SoC 1",
        "runtime_version": "1.27.1",
        "measured_at": "2026-01-02T03:04:05+00:00",
    }
    (folder / "phone.json").write_text(json.dumps(phone))


def _layer_ms(layer: Layer) -> float:
    channels = layer.in_channels
    groups = -(-channels // 16) if channels >= 16 else channels / 20
    return 0.2 * layer.kernel_px**2 * groups * -(-layer.out_channels // 16) + 0.1
