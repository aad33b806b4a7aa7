"""What a student is told about its teacher: pictures and features."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.config.parts import DistillWeights, GanWeights, PerceptualRecipe, TeacherRecipe
from engine.core.errors import ConfigError
from engine.losses.features import affinity_loss
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.importance import inherit_weights
from engine.training.method import Losses, MethodContext
from engine.training.methods.feature_hooks import (
    Adaptors,
    FeatureHooks,
    body_taps,
    measure_widths,
    relative_difference,
)
from engine.training.methods.picture_terms import PictureTerms
from engine.training.processes import shared
from engine.training.weights import Weights, check_teacher, load_all, read_weights

_POINTS = 4  # as many as GAN Compression compares, arXiv 2003.08936


@dataclass(frozen=True, slots=True, kw_only=True)
class Imitated:
    """One batch as student and teacher see it.

    Attributes:
        sr: The student's pictures, with gradient.
        wanted: The teacher's, without.
        terms: Weighted differences.
    """

    sr: Tensor
    wanted: Tensor
    terms: Losses


class Imitation:
    """Compares a student with its teacher at the output and at points of equal depth.

    Args:
        student: Network that learns.
        teacher: Network that is imitated, as `build_teacher` gives it.
        weights: How much each term counts.
        device: Where both are.
        perceptual: On which features their pictures are compared, if they are.

    Attributes:
        adaptors: Learned 1x1 convolutions from the student's widths to the teacher's.
    """

    def __init__(
        self,
        student: Generator,
        teacher: Generator,
        weights: DistillWeights,
        *,
        device: torch.device,
        perceptual: PerceptualRecipe,
    ) -> None:
        self._teacher = teacher
        self._weights = weights
        self._pictures = compared_pictures(weights, perceptual, device, scale=student.scale)
        self._generate = shared(student)
        needs_maps = weights.feature > 0 or weights.affinity > 0
        points = [body_taps(net, count=_POINTS) for net in (student, teacher)] if needs_maps else []
        own, wanted = points or ([], [])
        self._own_taps, self._wanted_taps = FeatureHooks(own), FeatureHooks(wanted)
        widths = (measure_widths(student, own), measure_widths(teacher, wanted)) if points else ()
        pairs = list(zip(*widths, strict=True)) if weights.feature else []
        self.adaptors = Adaptors(pairs).to(device)
        self._adapt = shared(self.adaptors) if pairs else self.adaptors

    @property
    def networks(self) -> dict[str, nn.Module]:
        """What is trained beside the student."""
        return {"adaptors": self.adaptors} if len(self.adaptors.layers) else {}

    def look(self, lr: Tensor, hr: Tensor) -> Imitated:
        """Run student and teacher on ``lr`` and compare them.

        Shape:
            - ``lr``: ``(N, 3, H, W)``, ``hr``: ``(N, 3, s·H, s·W)``.
        """
        with torch.no_grad(), self._wanted_taps.listening() as wanted_maps:
            wanted = self._teacher(lr).float()
        with self._own_taps.listening() as own_maps:
            sr = self._generate(lr).float()
        weights, terms = self._weights, {}
        if weights.output:
            terms["output"] = weights.output * functional.l1_loss(sr, wanted)
        if weights.pixel:
            terms["imitated_pixel"] = weights.pixel * functional.l1_loss(sr, hr)
        if weights.feature:
            adapted = self._adapt(own_maps)
            terms["feature"] = weights.feature * relative_difference(adapted, wanted_maps)
        if weights.affinity:
            pairs = zip(own_maps, wanted_maps, strict=True)
            losses = [affinity_loss(own.float(), other.float()) for own, other in pairs]
            terms["affinity"] = weights.affinity * torch.stack(losses).mean()
        for name, loss in self._pictures.terms(sr, wanted).items():
            terms[f"imitated_{name}"] = loss
        return Imitated(sr=sr, wanted=wanted, terms=terms)


def compared_pictures(
    weights: DistillWeights,
    perceptual: PerceptualRecipe,
    device: torch.device,
    *,
    scale: int,
    has_judge: bool = False,
    squares_style: bool = False,
) -> PictureTerms:
    """Return the terms of ``weights`` that compare features of two pictures.

    Raises:
        ConfigError: If such a term is asked for and cannot be computed.
    """
    asked = GanWeights(
        pixel=0.0, perceptual=weights.perceptual, style=weights.style, adversarial=0.0
    )
    return PictureTerms(
        asked,
        perceptual,
        device,
        scale=scale,
        has_judge=has_judge,
        squares_style=squares_style,
    )


def build_teacher(recipe: TeacherRecipe, *, scale: int, device: torch.device) -> Generator:
    """Build a teacher that never changes, with the weights its recipe names.

    Raises:
        ConfigError: If no weights are named, they do not fit, or its scale
            differs from the student's.
    """
    weights = _teacher_weights(recipe)
    sizes = recipe.generator or (weights.sizes if weights else None)
    if sizes is None:
        raise ConfigError(
            "teacher.generator: say how large the teacher is; its file of weights does not"
        )
    if sizes.scale != scale:
        raise ConfigError(f"the teacher enlarges by scale={sizes.scale} but the student by {scale}")
    teacher = build_generator(sizes)
    if weights is not None:
        load_all(teacher, weights)
    # Folded, because kernels that never change need not be merged at every step.
    return teacher.folded().to(device).requires_grad_(requires_grad=False)


def _teacher_weights(recipe: TeacherRecipe) -> Weights | None:
    check_teacher(recipe)
    return None if recipe.weights is None else read_weights(recipe.weights)


def inherit_from(teacher: Generator, start: MethodContext) -> None:
    """Let the generator of ``start`` begin with the most important channels of ``teacher``.

    Raises:
        ConfigError: If they are not MFANets, or the teacher is the smaller one.
    """
    heirs = (start.generator, start.averaged)
    try:
        for heir in heirs:
            if not (isinstance(heir, MfaNet) and isinstance(teacher, MfaNet)):
                raise ConfigError("inherit: only an mfanet can inherit, and only from another")
            inherit_weights(heir, teacher)
    except ValueError as error:
        raise ConfigError(f"inherit: the teacher is too small: {error}") from error
