"""Turns a candidate into a network of its own: extracted, trained further, exported.

candidates/<id>/inherited.onnx   with the weights of the supernet, or trained.onnx
finetune/        run folder of the further training
model/           ONNX fp32 and int8 with a card
measured.json    latency here, beside what was predicted
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from typing_extensions import override

from engine.catalog.card import ModelCard
from engine.config.degradation import DegradationRecipe
from engine.config.parts import DataRecipe, GeneratorRecipe, ScheduleRecipe
from engine.config.recipe_file import dump_recipe
from engine.config.recipes import PsnrRecipe, TrainRecipe
from engine.config.search import FinetuneRecipe, SearchRecipe
from engine.core.atomic_file import write_bytes_atomic
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, UnknownNameError
from engine.core.timing import time_runs
from engine.export.benchmark_protocol import BenchmarkProtocol
from engine.export.network_sources import PLAIN, Networks, NetworkSource, RunSource
from engine.export.onnx_file import export_onnx
from engine.export.publish import PublishRequest, publish_model
from engine.inference.network.session import SessionSpec, open_session, runtime_version
from engine.models.generators.base import Generator
from engine.runs.candidate_files import CandidateFiles, CandidateRecord
from engine.runs.events import Event
from engine.runs.measured_latency import MEASURED, MeasuredLatency, read_measured
from engine.runs.run_folder import RunFolder
from engine.search.devices.interleaving import clock_for
from engine.search.devices.predictor import label_of, require_runtime
from engine.search.devices.profile import DeviceProfile, MeasuredProfile, Runtime
from engine.search.job import SearchJob, candidate_values, open_job
from engine.search.trained_evaluation import FINETUNED, TrainedEvaluator
from engine.space.candidate import Candidate
from engine.training.checkpoints import newest_checkpoint
from engine.training.methods.build import build_method
from engine.training.run import run_training
from engine.training.run_network import load_run_network

_ROUNDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A candidate of a search, and where its files are.

    Attributes:
        job: The search.
        record: The candidate.
        folder: Its folder.
    """

    job: SearchJob
    record: CandidateRecord
    folder: Path

    @classmethod
    def open(cls, run: Path, candidate_id: str) -> Pick:
        """Open a candidate by its id, or by a start of it that is unique.

        Raises:
            UnknownNameError: If there is none.
            ConfigError: If there are several, or the search cannot be opened.
        """
        record = find_record(CandidateFiles(run), candidate_id)
        job = open_job(run)
        return cls(job=job, record=record, folder=job.worker.files.path(record.id))

    @property
    def candidate(self) -> Candidate:
        """What was chosen."""
        space = self.job.evaluator.space
        return space.candidate(candidate_values(self.record.genes))

    @property
    def sizes(self) -> GeneratorRecipe:
        """The recipe that builds the network."""
        return self.job.evaluator.sizes(self.candidate)

    def network(self) -> Generator:
        """Return the network with the weights it was measured with."""
        return self.job.evaluator.network(self.candidate)

    def final(self) -> Generator:
        """Return the network that is exported: trained further if it was, or as it was measured."""
        return load_run_network(self.training).generator if self.is_trained else self.network()

    @property
    def source(self) -> Path | None:
        """The run folder that its weights were trained in, unless they are inherited."""
        if self.is_trained:
            return self.training
        return self.job.evaluator.training(self.candidate)

    @property
    def as_measured(self) -> Path:
        """The ONNX file with the weights it was measured with; written when it is missing."""
        is_inherited = self.job.recipe.supernet is not None
        path = self.folder / ("inherited.onnx" if is_inherited else "trained.onnx")
        if not path.is_file():
            export_onnx(self.network(), path, sizes=self.sizes)
        return path

    @property
    def training(self) -> Path:
        """The run folder of the further training, which may not exist."""
        return self.folder / FINETUNED

    @property
    def is_trained(self) -> bool:
        """Whether it was trained further."""
        return newest_checkpoint(self.training / "checkpoints") is not None

    def finetune(self, *, token: CancelToken, report: Callable[[Event], None]) -> None:
        """Train the candidate further; a training that was stopped goes on.

        Raises:
            ConfigError: If the recipe of the search does not say how.
            JobCancelled: If the token was cancelled.
        """
        recipe = _finetune_recipe(self.job.recipe, self)
        if (self.training / "recipe.yaml").is_file():
            folder = RunFolder.open(self.training)
        else:
            folder = RunFolder.create_at(self.training, recipe_yaml=dump_recipe(recipe))
        run_training(recipe, folder, build_method=build_method, token=token, report=report)

    def export(
        self,
        *,
        folder: Path | None = None,
        model_id: str = "",
        calibration: Path | None = None,
        protocol: BenchmarkProtocol | None = None,
    ) -> ModelCard:
        """Write the candidate as a model: ONNX files and a card with genes and latency.

        It has the weights of the further training, or else those it was measured with.

        Args:
            folder: Folder of models; ``model`` in the candidate's folder if not given.
            model_id: Id of the model; made of its sizes if not given.
            calibration: Photos for the int8 file, which needs a protocol too.
            protocol: The benchmarks to measure it on.
        """
        request = PublishRequest(
            source=PickedNetwork(pick=self),
            folder=folder or self.folder / "model",
            id=model_id,
            name=model_id,
            version="1",
            may_replace=True,
            calibration=calibration,
            protocol=protocol,
        )
        return publish_model(request)

    def measure(self, *, rounds: int = _ROUNDS) -> MeasuredLatency:
        """Measure the latency of the network on this computer, and keep it in its folder."""
        recipe, profile = self.job.recipe, self.job.evaluator.costs.profile
        threads = profile.runtime.thread_count if isinstance(profile, MeasuredProfile) else 1
        session = open_session(SessionSpec.of_file(self.as_measured, thread_count=threads))
        lr = np.zeros((1, 3, recipe.height_px, recipe.width_px), dtype=np.float32)
        # One thread is this one; its own time leaves out what other programs took away.
        run = [lambda: session.run(lr)]
        [times_s] = time_runs(run, rounds=rounds, clock=clock_for(threads))
        times_ms = [1e3 * value for value in times_s]
        runtime = Runtime(
            name="onnxruntime",
            version=runtime_version(),
            provider="cpu",
            precision="fp32",
            thread_count=threads,
        )
        reason = _not_comparable(profile, runtime)
        predicted_ms = self.record.measurement.metrics.get("latency_ms")
        measured = MeasuredLatency(
            latency_ms=statistics.median(times_ms),
            latency_p95_ms=float(np.percentile(times_ms, 95)),
            rounds=rounds,
            input=f"{recipe.height_px}x{recipe.width_px}",
            runtime=str(runtime),
            predicted_ms=predicted_ms if reason is None else None,
            not_compared=reason,
        )
        content = msgspec.json.format(msgspec.json.encode(measured), indent=1)
        write_bytes_atomic(self.folder / MEASURED, content)
        return measured

    def facts(self) -> dict[str, object]:
        """Return what the card says about the search."""
        measured = read_measured(self.folder)
        profile = self.job.evaluator.costs.profile
        latency: dict[str, object] = {}
        if profile is not None and "latency_ms" in self.record.measurement.metrics:
            latency["predicted"] = {
                "latency_ms": self.record.measurement.metrics["latency_ms"],
                "profile": profile.id,
                "label": label_of(profile),
            }
        if measured is not None:
            latency["measured"] = msgspec.to_builtins(measured)
        return {
            "candidate": self.record.id,
            "genes": {
                name: value for name, value in self.record.genes.genes.items() if value is not None
            },
            "algorithm": self.job.recipe.algorithm,
            "inherited": dict(self.record.measurement.metrics),
            "latency": latency,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedNetwork(NetworkSource):
    """A candidate as a model: its network, and the search on its card.

    Attributes:
        pick: The candidate.
    """

    pick: Pick

    @property
    @override
    def name(self) -> str:
        sizes, record = self.pick.sizes, self.pick.record
        family = "mfa" if sizes.family == "mfanet" else sizes.family
        shape = "x".join(str(size) for size in (sizes.channels, sizes.blocks) if size is not None)
        return "-".join(part for part in (family, shape, f"x{sizes.scale}", record.id) if part)

    @override
    def load(self) -> Networks:
        facts = {"search": self.pick.facts()}
        source = self.pick.source
        if source is not None:
            trained = RunSource(run=source).load()
            return replace(trained, training={**trained.training, **facts})
        return Networks(
            corners={PLAIN: self.pick.network()},
            sizes=self.pick.sizes,
            kind="faithful",
            degradation="bicubic",
            calibration={PLAIN: DegradationRecipe()},
            training={"start": f"weights {self.pick.job.evaluator.origin}", **facts},
        )


def find_record(files: CandidateFiles, candidate_id: str) -> CandidateRecord:
    """Return a candidate by its id, or by a start of it that is unique.

    Raises:
        UnknownNameError: If there is none.
        ConfigError: If there are several.
    """
    found = [record for record in files.all() if record.id.startswith(candidate_id)]
    if not found:
        raise UnknownNameError(
            f"No candidate {candidate_id!r}. 'mfagan search front' lists the best ones."
        )
    if len(found) > 1:
        several = ", ".join(record.id for record in found)
        raise ConfigError(f"{candidate_id!r} is the start of several ids: {several}; name one")
    return found[0]


def _not_comparable(profile: DeviceProfile | None, runtime: Runtime) -> str | None:
    """Return why predictions of a profile are not compared with times taken here, or None."""
    if profile is None:
        return "the search has no device profile"
    if not isinstance(profile, MeasuredProfile):
        return f"{profile.id} is {label_of(profile)}"
    try:
        require_runtime(profile, runtime)
    except ConfigError as error:
        return str(error)
    return None


def _finetune_recipe(recipe: SearchRecipe, pick: Pick) -> TrainRecipe:
    given: FinetuneRecipe | None = recipe.finetune
    if given is None:
        raise ConfigError(
            f"{pick.job.run / 'recipe.yaml'}: does not say how to train a candidate further; add "
            "finetune: {folder: ..., steps: ...} to it"
        )
    name = f"finetune-{pick.record.id}"
    data = DataRecipe(folder=given.folder, patch_px=given.patch_px, batch_size=given.batch_size)
    schedule = ScheduleRecipe(steps=given.steps, learning_rate=given.learning_rate)
    often = max(1, given.steps // 4)
    evaluator = pick.job.evaluator
    if isinstance(evaluator, TrainedEvaluator):
        # By the method of the search: a generator of a discriminator goes on against one.
        return msgspec.structs.replace(
            evaluator.train_recipe(pick.candidate, recipe.seed),
            name=name,
            data=data,
            schedule=schedule,
            init_weights=str(evaluator.weights(pick.candidate)),
            precision=given.precision,
            validate_every=often,
            checkpoint_every=often,
        )
    return PsnrRecipe(
        name=name,
        data=data,
        schedule=schedule,
        generator=pick.sizes,
        init_weights=str(pick.as_measured),
        seed=recipe.seed,
        threads=recipe.threads,
        device="auto",
        precision=given.precision,
        validate_every=often,
        checkpoint_every=often,
    )
