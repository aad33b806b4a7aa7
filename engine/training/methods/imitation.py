"""The loss terms between a student and its teacher: their pictures and their features."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.config.parts import DistillWeights, PerceptualRecipe
from engine.data.batch import Batch
from engine.losses.features import affinity_loss, relative_feature_loss
from engine.models.generators.base import Generator
from engine.training.method import Losses
from engine.training.methods.feature_hooks import FeatureHooks, body_points
from engine.training.methods.feature_matching import FeatureMatching, FeaturePoints
from engine.training.methods.picture_terms import distilled_picture_terms
from engine.training.methods.teachers import Teacher
from engine.training.processes import shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Imitated:
    """What student and teacher made of one batch.

    Attributes:
        sr: The student's pictures, with gradient.
        teacher_sr: The teacher's pictures, without gradient.
        terms: Weighted differences.
    """

    sr: Tensor
    teacher_sr: Tensor
    terms: Losses


class Imitation:
    """Compares a student with its teacher at the output and at points of matching depth.

    Args:
        student: Network that is trained.
        teacher: What is imitated, from `build_teacher`.
        weights: Weight of each term.
        device: Device of both.
        perceptual: The network whose features of their pictures are compared, if any are.
        field: Where the recipe has the weights, for messages.

    Raises:
        ConfigError: If a term is asked for that cannot be computed.
    """

    def __init__(
        self,
        student: Generator,
        teacher: Teacher,
        weights: DistillWeights,
        *,
        device: torch.device,
        perceptual: PerceptualRecipe,
        field: str = "weights",
    ) -> None:
        self._teacher = teacher
        self._weights = weights
        self._pictures = distilled_picture_terms(weights, perceptual, device, scale=student.scale)
        self._generate = shared(student)
        # Affinities compare pixels with pixels and need no adaptors between different widths.
        self._matching = (
            FeatureMatching(
                FeaturePoints.of_body(student),
                FeaturePoints.of_body(teacher.network_for(f"{field}.feature")),
                relative_feature_loss,
                device=device,
            )
            if weights.feature
            else None
        )
        wish = next((name for name in ("feature", "affinity") if getattr(weights, name)), None)
        compared = (student, teacher.network_for(f"{field}.{wish}")) if wish else (None, None)
        self._student_hooks, self._teacher_hooks = (
            FeatureHooks(body_points(network) if network else ()) for network in compared
        )

    @property
    def networks(self) -> dict[str, nn.Module]:
        """What is trained beside the student."""
        return {"adaptors": self._matching.adaptors} if self._matching else {}

    def compare(self, batch: Batch) -> Imitated:
        """Run the student on a batch and compare it with the teacher."""
        with torch.no_grad(), self._teacher_hooks.recording() as teacher_maps:
            teacher_sr = self._teacher.enlarge(batch)
        with self._student_hooks.recording() as maps:
            sr = self._generate(*batch.inputs).float()
        # Terms of weight 0 are not computed at all.
        weights, terms = self._weights, {}
        if weights.output:
            terms["output"] = weights.output * functional.l1_loss(sr, teacher_sr)
        if weights.pixel:
            terms["imitated_pixel"] = weights.pixel * functional.l1_loss(sr, batch.hr)
        if self._matching:
            terms["feature"] = weights.feature * self._matching(maps, teacher_maps)
        if weights.affinity:
            terms["affinity"] = weights.affinity * affinity_loss(maps, teacher_maps)
        for name, loss in self._pictures.terms(sr, teacher_sr).items():
            # Named apart from the terms of the same kind between the student and photos.
            terms[f"imitated_{name}"] = loss
        return Imitated(sr=sr, teacher_sr=teacher_sr, terms=terms)
