"""Folders of searches, made without torch: candidates, events, and models of a few pixels."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PIL import Image

from engine.catalog.card_file import write_card
from engine.config.parts import GeneratorRecipe
from engine.config.search import ProxyRecipe, SearchRecipe, SupernetSource
from engine.config.search_file import dump_search
from engine.config.spaces import MfanetSpaceRecipe
from engine.runs.candidate_files import CandidateFiles, CandidateState, Genes, Measurement
from engine.runs.events import Finished, FrontChanged, Started
from engine.runs.measured_latency import MeasuredLatency
from engine.runs.run_folder import RunFolder
from tests.helpers.tiny_models import model_file, tiny_card
from tests.helpers.tiny_onnx import write_tiny_onnx

SCALE = 2
# Id, dB, ms and GMAC: three that no other beats, and two that are beaten.
CANDIDATES: Sequence[tuple[str, float, float, float]] = (
    ("aaaa000001", 28.0, 10.0, 1.0),
    ("bbbb000002", 28.2, 40.0, 2.5),
    ("cccc000003", 28.4, 90.0, 9.0),
    ("dddd000004", 28.1, 60.0, 3.0),
    ("eeee000005", 27.9, 95.0, 9.5),
)
FRONT = ("cccc000003", "bbbb000002", "aaaa000001")


def search_recipe(**changes: object) -> SearchRecipe:
    """Return the recipe of a search for latency on a device."""
    recipe = SearchRecipe(
        name="small",
        supernet=SupernetSource(weights="supernet.safetensors", generator=GeneratorRecipe(scale=2)),
        proxy=ProxyRecipe(folder="photos"),
        space=MfanetSpaceRecipe(channels=(4, 8), blocks=(1, 2)),
        objectives=("psnr_y_db", "latency_ms"),
        profile="phone",
        budget=len(CANDIDATES),
        height_px=16,
        width_px=16,
    )
    values = {**msgspec.to_builtins(recipe), **msgspec.to_builtins(changes)}
    return msgspec.convert(values, SearchRecipe, strict=False)


def write_search(
    folder: Path, *, recipe: SearchRecipe | None = None, models: Sequence[str] = FRONT
) -> Path:
    """Write a finished search, as ``mfagan search bundle`` does, and return its folder."""
    run = RunFolder.create_at(folder, recipe_yaml=dump_search(recipe or search_recipe()))
    run.append(Started(step=0))
    files = CandidateFiles(folder)
    for number, (name, psnr, latency, gmacs) in enumerate(CANDIDATES, start=1):
        add_candidate(files, name, psnr, latency, gmacs, finished_s=float(number))
        run.append(FrontChanged(ids=(name,), hypervolume=10.0 * number, evaluations=number))
    run.append(Finished(step=len(CANDIDATES)))
    run.write_status("finished")
    profile = b'{"type": "estimated-from-data-sheet", "id": "phone", "device": "Phone 1"}'
    (folder / "profile.json").write_bytes(profile)
    worst = b'{"worst": {"psnr_y_db": 27.0, "latency_ms": 100.0}, "crops_sha256": ""}'
    (folder / "reference.json").write_bytes(worst)
    for number, name in enumerate(models):
        add_model(folder / "candidates" / name, name, seed=number)
    return folder


def add_candidate(
    files: CandidateFiles,
    name: str,
    psnr: float,
    latency: float,
    gmacs: float,
    *,
    finished_s: float | None = None,
    state: CandidateState = "complete",
) -> None:
    """Write one candidate."""
    genes = {
        "channels": 8,
        "blocks": 2,
        "tail_kernel": 3,
        **{f"block_{number}.near": 4 for number in range(2)},
        **{f"block_{number}.middle": 8 for number in range(2)},
        **{f"block_{number}.tap": number for number in range(2)},
        **{f"block_{number}.last_kernel": 3 for number in range(2)},
    }
    metrics = {"psnr_y_db": psnr, "latency_ms": latency, "gmacs": gmacs, "params": 1234.0}
    files.add(
        Genes(id=name, text="8x2 [4,8]", genes=dict(genes), drawn=dict(genes)),
        Measurement(
            metrics=metrics if state == "complete" else {},
            state=state,
            finished_s=time.time() if finished_s is None else finished_s,
        ),
    )


def add_model(folder: Path, name: str, *, seed: int = 0) -> None:
    """Write model, thumbnail and measured latency of a candidate into its folder."""
    model_id = f"small-x{SCALE}-{name}"
    card = tiny_card(model_id=model_id, scale=SCALE)
    (folder / "model").mkdir()
    path = write_tiny_onnx(
        folder / "model" / f"{model_id}.onnx", scale=SCALE, seed=seed, strength=0.05
    )
    architecture = msgspec.structs.replace(
        card.architecture,
        family="mfanet",
        config=msgspec.to_builtins(GeneratorRecipe(scale=SCALE, channels=8, blocks=2)),
    )
    variant = msgspec.structs.replace(card.variants[0], files=(model_file(path),))
    card = msgspec.structs.replace(
        card, name=model_id, architecture=architecture, variants=(variant,)
    )
    Image.new("RGB", (24, 24), (90, 140, 60)).save(folder / "thumbnail.webp")
    measured = MeasuredLatency(
        latency_ms=7.0 + seed, latency_p95_ms=8.0, rounds=3, input="16x16", runtime="here"
    )
    (folder / "measured.json").write_bytes(msgspec.json.encode(measured))
    write_card(card, folder / "model" / f"{model_id}.json")
