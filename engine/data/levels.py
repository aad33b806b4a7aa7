"""What a degradation did to each picture: how much noise, blur and JPEG error LR has.

A network with a dial is told one number of it, the restoration value, whose formula and
measured tables are in `engine.core.restoration_scale`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.core.restoration_scale import blur_error_levels, jpeg_error_levels, restoration_of

_LUMA_WEIGHTS = (0.299, 0.587, 0.114)


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """How degraded the pictures of a batch are.

    Attributes:
        noise_sigma: Standard deviation of the noise of luma in LR, in 8-bit levels; noise that
            differs between the channels counts by 0.67 of its own.
        blur_sigma_px: Standard deviation of the blur, in HR pixels.
        jpeg_error: Error of luma in LR that compression left, in 8-bit levels.

    Shape:
        - all ``(N,)`` float32, on the device of the pictures.
    """

    noise_sigma: Tensor
    blur_sigma_px: Tensor
    jpeg_error: Tensor

    def restoration(self, *, scale: int) -> Tensor:
        """Return the restoration value of each picture, ``(N,)`` float32 in ``[0, 1]``.

        It is on the CPU, where weights are mixed by single values; a GPU has to be waited for.
        """
        blur_sigma_px = self.blur_sigma_px.cpu().numpy()
        values = restoration_of(
            noise_levels=self.noise_sigma.cpu().numpy(),
            blur_levels=blur_error_levels(blur_sigma_px, scale=scale),
            jpeg_levels=self.jpeg_error.cpu().numpy(),
        )
        return torch.from_numpy(values).to(torch.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Degraded:
    """Pictures that a degradation made.

    Attributes:
        lr: ``(N, 3, H, W)``, of 8-bit values in ``[0, 1]``.
        levels: What was done to them.
    """

    lr: Tensor
    levels: Levels


def join_degraded(parts: list[Degraded], places: list[Tensor]) -> Degraded:
    """Return the pictures of several degradations as one batch.

    Args:
        parts: What each degradation made.
        places: Places of its pictures in the batch, ``(N,)`` int64; together, each once.
    """
    order = torch.argsort(torch.cat(places))
    levels = [part.levels for part in parts]
    return Degraded(
        lr=torch.cat([part.lr for part in parts])[order],
        levels=Levels(
            noise_sigma=torch.cat([one.noise_sigma for one in levels])[order],
            blur_sigma_px=torch.cat([one.blur_sigma_px for one in levels])[order],
            jpeg_error=torch.cat([one.jpeg_error for one in levels])[order],
        ),
    )


class LevelMeter:
    """Adds up what the steps of a degradation do, while pictures go from HR to LR size.

    What follows a step changes what is left of it::

        HR ── blur ── resize ── noise, JPEG ── blur ── resize ── LR
              counts in HR      averaged out by
              pixels            further reduction

    Independent errors add up as variances, and so do the widths of blurs one after the other.

    Args:
        hr: The pictures before the first step.
        scale: Factor between LR and HR.
    """

    def __init__(self, hr: Tensor, *, scale: int) -> None:
        self._device = hr.device
        self._hr_px = hr.shape[-1]
        self._lr_px = hr.shape[-1] // scale
        self._smallest_px = self._hr_px
        self._noise, self._blur, self._jpeg = torch.zeros(3, len(hr), device=hr.device)

    def add_blur(self, kernels: Tensor, *, width_px: int) -> None:
        """Take a filter of pictures that are ``width_px`` wide; ``kernels``: ``(N, K, K)``."""
        reach = torch.arange(kernels.shape[-1], dtype=torch.float64) - kernels.shape[-1] // 2
        # The mean variance of both directions; negative where a sinc kernel sharpens.
        squares = reach[:, None].square() + reach.square()
        variances = (kernels.double() * squares).sum(dim=(1, 2)) / 2
        in_hr_px = variances.clamp(min=0) * (self._hr_px / width_px) ** 2
        self._blur += in_hr_px.to(self._noise)

    def add_resize(self, *, width_px: int) -> None:
        """Take a resizing of all pictures to ``width_px``."""
        self._smallest_px = min(self._smallest_px, width_px)

    def add_noise(self, before: Tensor, after: Tensor) -> None:
        """Take noise, measured: shot noise and clamping depend on the pictures."""
        weights = torch.tensor(_LUMA_WEIGHTS).to(before).reshape(1, 3, 1, 1)
        luma = ((after - before) * weights).sum(dim=1)
        sigmas = luma.flatten(1).std(dim=1) * 255
        self._noise += (sigmas * self._left_of_noise(before.shape[-1])).square()

    def add_jpeg(self, quality: Tensor, *, chosen: Tensor | None, width_px: int) -> None:
        """Take compression by ``quality`` of the ``chosen`` pictures, or all; both ``(N,)``."""
        errors = torch.from_numpy(jpeg_error_levels(quality.cpu().numpy())).to(self._noise)
        if chosen is not None:
            errors = errors * chosen.to(self._device)
        self._jpeg += (errors * self._left_of_noise(width_px)).square()

    def levels(self) -> Levels:
        """Return what all steps so far leave in LR."""
        blur = self._blur.clone()
        if self._smallest_px < self._lr_px:
            # Pixels that had to be enlarged again are as blurred as half their distance.
            lost, kept = (self._hr_px / px / 2 for px in (self._smallest_px, self._lr_px))
            blur += lost**2 - kept**2
        return Levels(
            noise_sigma=self._noise.sqrt(), blur_sigma_px=blur.sqrt(), jpeg_error=self._jpeg.sqrt()
        )

    def _left_of_noise(self, width_px: int) -> float:
        # Reduction by a factor averages as many pixels, in both directions.
        return min(1.0, self._lr_px / width_px)
