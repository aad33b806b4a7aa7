"""The loss terms of a GAN's generator that compare pictures."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from engine.config.parts import GanWeights, PerceptualRecipe
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
from engine.training.method import Losses
from engine.training.methods.random_shift import RandomShift


class PictureTerms:
    """Weighted terms between a picture and what it shall be like.

    Args:
        weights: How much each term counts.
        perceptual: On which features pictures are compared.
        device: Where the pictures are.
        scale: Enlargement that made them, in whose step a checkerboard would repeat.
        has_judge: Whether `terms` is given the maps of a discriminator.
        has_average: Whether `terms` is given pictures of the averaged generator.
        jitter: How the feature network sees them; as they are when not given.
        squares_style: Whether differences of Gram matrices are squared.

    Raises:
        ConfigError: If a term is asked for that cannot be computed: a feature network
            is needed and its file is not there, or features of a discriminator
            where there is none.
    """

    def __init__(
        self,
        weights: GanWeights,
        perceptual: PerceptualRecipe,
        device: torch.device,
        *,
        scale: int,
        has_judge: bool = False,
        has_average: bool = False,
        jitter: RandomShift | None = None,
        squares_style: bool = False,
    ) -> None:
        self._weights = weights
        self._scale = scale
        self._squares_style = squares_style
        self._jitter = jitter or RandomShift(0, seed=0)
        needs_features = weights.perceptual > 0 or weights.style > 0
        self._network: FeatureNetwork | None = None
        if needs_features and perceptual.network != "discriminator":
            self._network = load_feature_network(perceptual).to(device)
            self._network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        if self.needs_judged_maps and not has_judge:
            raise ConfigError(
                "perceptual.network=discriminator: there is none here whose features could be "
                "compared; set it to squeezenet or vgg19 and perceptual.weights to its file, or "
                "the weights of perceptual and style to 0"
            )
        if weights.artifact and not has_average:
            raise ConfigError(
                "artifact: is told by the averaged generator, which only schemes whose generator "
                "plays against a discriminator have at hand; set its weight to 0"
            )

    @property
    def needs_judged_maps(self) -> bool:
        """Whether `terms` needs the discriminator's feature maps."""
        wanted = self._weights.perceptual > 0 or self._weights.style > 0
        return wanted and self._network is None

    def terms(
        self,
        sr: Tensor,
        target: Tensor,
        *,
        judged: tuple[Sequence[Tensor], Sequence[Tensor]] | None = None,
        steady: Tensor | None = None,
    ) -> Losses:
        """Return all terms whose weight is above 0.

        Args:
            sr: Pictures that are trained.
            target: Pictures they shall be like.
            judged: Maps of the discriminator for ``sr`` and for ``target``.
            steady: Pictures of the averaged generator, for the artifact term.

        Shape:
            - ``sr``, ``target``, ``steady``: ``(N, 3, H, W)``.
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
            assert steady is not None
            losses["artifact"] = weights.artifact * artifact_loss(sr, steady, target)
        return {**losses, **self._feature_terms(sr, target, judged)}

    def _feature_terms(
        self,
        sr: Tensor,
        target: Tensor,
        judged: tuple[Sequence[Tensor], Sequence[Tensor]] | None,
    ) -> Losses:
        weights = self._weights
        if not (weights.perceptual or weights.style):
            return {}
        if self._network is not None:
            maps: Sequence[Tensor] = self._network(self._jitter(sr))
            with torch.no_grad():
                wanted: Sequence[Tensor] = self._network(self._jitter(target))
        else:
            assert judged is not None
            maps, wanted = judged
        losses = {}
        if weights.perceptual:
            losses["perceptual"] = weights.perceptual * content_loss(maps, wanted)
        if weights.style:
            style = style_loss(maps, wanted, is_squared=self._squares_style)
            losses["style"] = weights.style * style
        return losses
