"""The weighted loss terms that compare two batches of pictures."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from engine.config.parts import DistillWeights, GanWeights, PerceptualRecipe
from engine.core.errors import ConfigError
from engine.losses.feature_networks import FeatureNetwork, load_feature_network
from engine.losses.features import content_loss, style_loss
from engine.losses.pictures import (
    artifact_loss,
    checkerboard_loss,
    color_loss,
    structure_loss,
    tone_loss,
    variation_loss,
)
from engine.models.generators.base import Generator
from engine.training.method import Losses
from engine.training.methods.discriminator_trainer import Features
from engine.training.methods.random_shift import RandomShift


class PictureTerms:
    """Weighted terms between pictures and their targets.

    Args:
        weights: Weight of each term.
        perceptual: The network whose features are compared.
        device: Device of the pictures.
        scale: Enlargement that made the pictures; checkerboards repeat at this period.
        has_discriminator: Whether `terms` receives features of a discriminator.
        averaged: The generator with EMA weights, which the artifact term needs.
        shift: Applied to pictures before the feature network; none if not given.
        squares_style: Whether differences of Gram matrices are squared.

    Raises:
        ConfigError: If a term is asked for that cannot be computed: the file of the feature
            network is missing, or there is no discriminator or averaged generator.
    """

    def __init__(
        self,
        weights: GanWeights,
        perceptual: PerceptualRecipe,
        device: torch.device,
        *,
        scale: int,
        has_discriminator: bool = False,
        averaged: Generator | None = None,
        shift: RandomShift | None = None,
        squares_style: bool = False,
    ) -> None:
        self._weights = weights
        self._scale = scale
        self._averaged = averaged
        self._squares_style = squares_style
        self._shift = shift or RandomShift(0, seed=0)
        self._compares_features = weights.perceptual > 0 or weights.style > 0
        self._network: FeatureNetwork | None = None
        if self._compares_features and perceptual.network != "discriminator":
            self._network = load_feature_network(perceptual).to(device)
            self._network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        if self.needs_discriminator and not has_discriminator:
            raise ConfigError(
                "perceptual.network=discriminator: there is none here whose features could be "
                "compared; set it to squeezenet or vgg19 and perceptual.weights to its file, or "
                "the weights of perceptual and style to 0"
            )
        if weights.artifact and averaged is None:
            raise ConfigError(
                "artifact: this term needs the averaged generator, which only types gan and "
                "mfagan provide; set its weight to 0"
            )

    @property
    def needs_discriminator(self) -> bool:
        """Whether `terms` needs the discriminator's features."""
        return self._compares_features and self._network is None

    def terms(
        self,
        sr: Tensor,
        target: Tensor,
        *,
        features: tuple[Features, Features] | None = None,
        inputs: tuple[Tensor, ...] | None = None,
    ) -> Losses:
        """Return all terms whose weight is above 0.

        Args:
            sr: Pictures that are trained.
            target: Pictures that they should equal.
            features: Features of a discriminator for ``sr`` and for ``target``.
            inputs: What ``sr`` was made of, as in `Batch.inputs`; the artifact term needs it.

        Shape:
            - ``sr``, ``target``: ``(N, 3, H, W)``.
        """
        weights, losses = self._weights, {}
        if weights.pixel:
            losses["pixel"] = weights.pixel * functional.l1_loss(sr, target)
        if weights.color:
            losses["color"] = weights.color * color_loss(sr, target)
        if weights.checkerboard:
            checkerboard = checkerboard_loss(sr, target, scale=self._scale)
            losses["checkerboard"] = weights.checkerboard * checkerboard
        if weights.tone:
            losses["tone"] = weights.tone * tone_loss(sr, target)
        if weights.structure:
            losses["structure"] = weights.structure * structure_loss(sr, target)
        if weights.variation:
            losses["variation"] = weights.variation * variation_loss(sr)
        if weights.artifact:
            assert self._averaged is not None
            assert inputs is not None
            with torch.no_grad():
                averaged_sr = self._averaged(*inputs).float()
            losses["artifact"] = weights.artifact * artifact_loss(sr, averaged_sr, target)
        return {**losses, **self._feature_terms(sr, target, features)}

    def _feature_terms(
        self, sr: Tensor, target: Tensor, features: tuple[Features, Features] | None
    ) -> Losses:
        if not self._compares_features:
            return {}
        weights, losses = self._weights, {}
        maps, wanted = self._maps(sr, target, features)
        if weights.perceptual:
            losses["perceptual"] = weights.perceptual * content_loss(maps, wanted)
        if weights.style:
            style = style_loss(maps, wanted, is_squared=self._squares_style)
            losses["style"] = weights.style * style
        return losses

    def _maps(
        self, sr: Tensor, target: Tensor, features: tuple[Features, Features] | None
    ) -> tuple[Features, Features]:
        if self._network is None:
            assert features is not None
            # The last map is the discriminator's logits, which the GAN loss is about.
            return features[0][:-1], features[1][:-1]
        # SR and target are shifted alike, or equal pictures would have different features.
        maps = self._network(self._shift(sr))
        with torch.no_grad():
            return maps, self._network(self._shift(target))


def distilled_picture_terms(
    weights: DistillWeights,
    perceptual: PerceptualRecipe,
    device: torch.device,
    *,
    scale: int,
    has_discriminator: bool = False,
    squares_style: bool = False,
) -> PictureTerms:
    """Return the terms of ``weights`` that compare features of student's and teacher's pictures.

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
        has_discriminator=has_discriminator,
        squares_style=squares_style,
    )
