"""Recipes of searches: the settings of a search for networks, and of tuning a training recipe."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct

from engine.config.parts import Above, GeneratorRecipe, Positive
from engine.config.spaces import MfanetSpaceRecipe, SpaceRecipe

MetricName: TypeAlias = Literal[
    "psnr_y_db", "lpips", "latency_ms", "peak_mb", "gmacs", "params", "file_mb"
]
"""What a search can measure of a network; the name carries the unit."""

AlgorithmName: TypeAlias = Literal["nsga2", "gan-compression", "ofa", "tpe", "random", "uniform"]
"""How a search chooses the networks that it evaluates."""

TuningAlgorithmName: TypeAlias = Literal["tpe", "gp", "random", "grid"]
"""How tuning chooses the values that it tries."""

HIGHER_IS_BETTER: frozenset[MetricName] = frozenset({"psnr_y_db"})
"""The metrics of which more is better; of the others, less is."""

ONE_OBJECTIVE: frozenset[AlgorithmName] = frozenset({"gan-compression", "ofa"})
"""The algorithms that improve one objective under constraints, instead of finding a front."""


class SupernetSource(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a supernet comes from: a training run, or a file of weights.

    Attributes:
        run_folder: Run folder of a `SupernetRecipe`.
        weights: Safetensors file with the weights of the largest network, instead.
        generator: Sizes of the largest network, for weights that do not say them.
    """

    run_folder: str | None = None
    weights: str | None = None
    generator: GeneratorRecipe | None = None

    def __post_init__(self) -> None:
        if (self.run_folder is None) == (self.weights is None):
            raise ValueError("name either the run_folder or the weights of a trained supernet")


class CandidateTraining(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How each candidate is trained before it is measured, in a search without a supernet.

    Attributes:
        recipe: A training recipe, as plain values. Its generator is the candidate; in a search of
            discriminators its discriminator is.
        seeds: Seeds of the trainings of each candidate; what is measured is the mean over them.
        generator_run_folder: A search of generators; the trainings of a search of discriminators
            start from its best generator.
        generator_candidate: Id of another generator of that search.
    """

    recipe: dict[str, Any]
    seeds: Annotated[tuple[int, ...], Meta(min_length=1)] = (0,)
    generator_run_folder: str | None = None
    generator_candidate: str | None = None


class ProxyRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Small crops of photos on which every candidate is measured.

    Attributes:
        folder: HR photos, such as the training photos; never the photos of a benchmark, on which
            the result is judged later.
        photos: Number of photos that crops are cut from, at least 2; every other photo only
            serves to fit tails.
        crops: Number of crops that measure, and of crops that fit tails.
        side_px: Side of an LR crop.
        seed: Chooses photos and crops.
        precision: ``bf16`` runs convolutions in bfloat16, on CPUs that have instructions for it.
        lpips_onnx: LPIPS network (ONNX, inputs ref and dist), for the metric ``lpips``.
    """

    folder: str
    photos: Annotated[int, Meta(ge=2)] = 32
    crops: Positive = 16
    side_px: Annotated[int, Meta(ge=16)] = 48
    seed: Annotated[int, Meta(ge=0)] = 0
    precision: Literal["fp32", "bf16"] = "fp32"
    lpips_onnx: str | None = None


class FinetuneRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How ``search pick --finetune`` trains a candidate further.

    Attributes:
        folder: Training photos.
        steps: Number of steps.
        learning_rate: Peak learning rate.
        patch_px: Side of an LR patch.
        batch_size: Patches per step.
        precision: As in a training recipe.
    """

    folder: str
    steps: Positive = 2000
    learning_rate: Above = 3e-4
    patch_px: Positive = 48
    batch_size: Positive = 16
    precision: Literal["fp32", "bf16"] = "bf16"


class SearchRecipe(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="type",
    tag="search",
):
    """Search for the networks that no other beats, in a trained supernet or by training each.

    Attributes:
        name: Part of the name of the run folder.
        proxy: The pictures that candidates are measured on.
        supernet: The supernet whose weights the candidates inherit.
        training: How each candidate is trained, instead of a supernet.
        space: The networks to choose from; those that the supernet was trained with if its run
            is given. A space of discriminators is searched for the one that trains a generator
            best.
        objectives: What is improved. Several give a front, on which an improvement of one
            worsens another.
        constraints: Largest allowed value by metric, such as ``{latency_ms: 70, file_mb: 2}``.
        algorithm: How candidates are chosen: ``nsga2`` and ``tpe`` find a front,
            ``gan-compression`` and ``ofa`` are the evolutions of those papers, for one objective
            under constraints; ``random`` draws networks of all costs equally often, ``uniform``
            scales widths and depth of the whole network together.
        population: Candidates in a generation of ``nsga2``, ``gan-compression`` and ``ofa``.
        budget: Number of different candidates that are evaluated.
        seed: Start of all randomness.
        profile: Id of a device profile, or its JSON file, for the metric ``latency_ms``.
        height_px: Height of the LR input that latency, MACs and memory are for.
        width_px: Width of that input.
        fits_tail: Whether the last convolution of each candidate is fitted again in closed form
            before it is measured.
        workers: Number of processes on this machine.
        threads: CPU threads of each process.
        storage: URL of a database that several machines share, as Optuna takes it, such as
            ``postgresql+psycopg2://...``; a journal file in the run folder if not given. All
            machines must also reach the run folder.
        finetune: How a picked candidate is trained further.
    """

    name: str
    proxy: ProxyRecipe
    supernet: SupernetSource | None = None
    training: CandidateTraining | None = None
    space: SpaceRecipe | None = None
    objectives: tuple[MetricName, ...] = ("psnr_y_db", "gmacs")
    constraints: dict[MetricName, float] = {}
    algorithm: AlgorithmName = "nsga2"
    population: Annotated[int, Meta(ge=2)] = 32
    budget: Positive = 300
    seed: Annotated[int, Meta(ge=0)] = 0
    profile: str | None = None
    height_px: Positive = 180
    width_px: Positive = 320
    fits_tail: bool = False
    workers: Positive = 1
    threads: Positive = 1
    storage: str | None = None
    finetune: FinetuneRecipe | None = None

    def __post_init__(self) -> None:
        _check_objectives(self)
        named = {*self.objectives, *self.constraints}
        if "latency_ms" in named and self.profile is None:
            raise ValueError("profile: the metric latency_ms needs a device; name its profile")
        if "lpips" in named and self.proxy.lpips_onnx is None:
            raise ValueError("proxy.lpips_onnx: the metric lpips needs a network; name its file")
        _check_source(self)


class FieldChoices(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The values that tuning tries for a field of a recipe: a list, or a range.

    Attributes:
        choices: The values.
        low: Smallest value of a range.
        high: Largest value of a range.
        step: Distance between the values of a range of whole numbers.
        log: Whether a value is as likely to be between 1 and 2 as between 10 and 20.
    """

    choices: tuple[bool | int | float | str, ...] = ()
    low: int | float | None = None
    high: int | float | None = None
    step: Positive = 1
    log: bool = False

    def __post_init__(self) -> None:
        has_range = self.low is not None and self.high is not None
        if has_range == bool(self.choices):
            raise ValueError("give either choices, or low and high")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low={self.low} is above high={self.high}")

    @property
    def is_whole(self) -> bool:
        """Whether a range consists of whole numbers."""
        return isinstance(self.low, int) and isinstance(self.high, int)


class PruningRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a trial is stopped early: if its curve is below the median of earlier curves.

    Attributes:
        warmup_trials: Trials that always run to their end.
        warmup_steps: Steps of a trial before which it is not stopped.
    """

    warmup_trials: Annotated[int, Meta(ge=0)] = 5
    warmup_steps: Annotated[int, Meta(ge=0)] = 0


class TuningSpace(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``mfagan tune`` varies in a training recipe, and how.

    Attributes:
        fields: Values to try, by dotted name of a field of the recipe.
        metric: Metric of a training run that is improved, as in its events.
        is_maximized: Whether more of it is better.
        algorithm: How values are chosen.
        budget: Number of training runs.
        seed: Start of all randomness.
        pruning: When a trial is stopped early; never if not given.
    """

    fields: dict[str, FieldChoices]
    metric: str = "psnr_y_db"
    is_maximized: bool = True
    algorithm: TuningAlgorithmName = "tpe"
    budget: Positive = 20
    seed: Annotated[int, Meta(ge=0)] = 0
    pruning: PruningRecipe | None = PruningRecipe()

    def __post_init__(self) -> None:
        if not self.fields:
            raise ValueError("fields: name at least one field of the recipe")
        open_ranges = [
            name for name, field in self.fields.items() if not (field.choices or field.is_whole)
        ]
        if self.algorithm == "grid" and open_ranges:
            raise ValueError(f"fields.{open_ranges[0]}: a grid needs choices or whole numbers")


class TuneRecipe(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="tune"
):
    """Tune a training recipe: train it with many values of some fields.

    Attributes:
        name: Part of the name of the run folder.
        recipe: The training recipe, as plain values.
        space: What is varied, and how.
    """

    name: str
    recipe: dict[str, Any]
    space: TuningSpace


def _check_source(recipe: SearchRecipe) -> None:
    if (recipe.supernet is None) == (recipe.training is None):
        raise ValueError("name either a supernet or how candidates are trained (training)")
    if recipe.supernet is None:
        if recipe.space is None:
            raise ValueError("space: a search without a supernet needs choices; name them")
        if recipe.fits_tail:
            raise ValueError("fits_tail: only tails with inherited weights are fitted again")
        return
    if recipe.space is None:
        if recipe.supernet.weights is not None:
            raise ValueError("space: a file of weights does not say it; name the choices")
    elif not isinstance(recipe.space, MfanetSpaceRecipe):
        raise ValueError("space.family: a supernet is an mfanet; give the choices of one")


def _check_objectives(recipe: SearchRecipe) -> None:
    names = recipe.objectives
    if not names or len(set(names)) != len(names):
        raise ValueError("objectives: name at least one metric, each only once")
    if recipe.algorithm in ONE_OBJECTIVE and len(names) > 1:
        raise ValueError(
            f"algorithm={recipe.algorithm}: improves one objective; make the others constraints"
        )
    minimized_only = [name for name in recipe.constraints if name in HIGHER_IS_BETTER]
    if minimized_only:
        raise ValueError(f"constraints: {minimized_only[0]} has no upper limit worth setting")
