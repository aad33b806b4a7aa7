"""Degradation: how LR pictures are made from HR photos, with every number in the recipe.

    name    kind     what happens to the HR photo
    clean   bicubic  bicubic downsampling alone
    light   light    one pass: blur, downsampling, noise, JPEG; as in good phone photos
    mild    mild     the same, stronger; as in ordinary web photos
    strong  real     two passes, with the numbers that Real-ESRGAN's authors published

Paper: Wang et al. 2021, "Real-ESRGAN", arXiv 2107.10833.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Limits: TypeAlias = tuple[Annotated[float, Meta(ge=0)], Annotated[float, Meta(ge=0)]]
ResizeFilter: TypeAlias = Literal["area", "bilinear", "bicubic"]

KERNEL_PX = 21
"""Side that every blur kernel is padded to, and the largest side that one can have."""

_SHARE_ERROR = 1e-6  # sums of decimal fractions are not exact
_LEAST_SIGMA_PX = 1e-3  # a kernel divides by it


def _check_order(
    name: str, limits: Limits, *, least: float = 0.0, most: float = float("inf")
) -> None:
    low, high = limits
    if not least <= low <= high <= most:
        raise ValueError(f"{name}={low}, {high}: write the least before the largest, from {least}")


def _check_sizes(sizes_px: tuple[int, ...]) -> None:
    if not sizes_px or any(not 1 <= side <= KERNEL_PX or side % 2 == 0 for side in sizes_px):
        raise ValueError(f"sizes_px={list(sizes_px)}: write odd sides from 1 to {KERNEL_PX}")


def _check_sum(name: str, shares: tuple[float, ...]) -> None:
    if abs(sum(shares) - 1) > _SHARE_ERROR:
        raise ValueError(f"{name}: the shares add up to {sum(shares):g}, not to 1")


class ShapeShares(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often each shape of blur kernel is drawn; the shares add up to 1.

    Attributes:
        round_plain: Isotropic Gaussian.
        oval_plain: Gaussian of any proportions and angle.
        round_general: Isotropic generalized Gaussian, whose tails ``general_beta`` shapes.
        oval_general: Generalized Gaussian of any proportions and angle.
        round_plateau: Isotropic kernel with a flat top, whose edge ``plateau_beta`` shapes.
        oval_plateau: Kernel with a flat top, of any proportions and angle.
    """

    round_plain: Share = 0.45
    oval_plain: Share = 0.25
    round_general: Share = 0.12
    oval_general: Share = 0.03
    round_plateau: Share = 0.12
    oval_plateau: Share = 0.03

    def __post_init__(self) -> None:
        _check_sum("shapes", self.values())

    def values(self) -> tuple[float, ...]:
        """Return the shares in the order of the fields."""
        return (
            self.round_plain,
            self.oval_plain,
            self.round_general,
            self.oval_general,
            self.round_plateau,
            self.oval_plateau,
        )


class BlurRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Blur of a pass.

    Attributes:
        share: Share of the pictures that are blurred.
        sizes_px: Possible sides of the kernels, odd, at most 21.
        sinc_share: Share of sinc kernels, which cause ringing at edges.
        shapes: Shapes of the other kernels.
        sigma_px: Least and largest standard deviation.
        general_beta: Least and largest exponent of generalized kernels.
        plateau_beta: Least and largest exponent of plateau kernels.
    """

    share: Share = 1.0
    sizes_px: tuple[int, ...] = (7, 9, 11, 13, 15, 17, 19, 21)
    sinc_share: Share = 0.1
    shapes: ShapeShares = ShapeShares()
    sigma_px: Limits = (0.2, 3.0)
    general_beta: Limits = (0.5, 4.0)
    plateau_beta: Limits = (1.0, 2.0)

    def __post_init__(self) -> None:
        _check_sizes(self.sizes_px)
        for name in ("sigma_px", "general_beta", "plateau_beta"):
            _check_order(name, getattr(self, name), least=_LEAST_SIGMA_PX)


class ResizeRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Resizing of a pass; the three shares add up to 1.

    Attributes:
        enlarge_share: How often a batch is enlarged.
        shrink_share: How often a batch is made smaller.
        keep_share: How often a batch keeps its size.
        limits: Smallest and largest factor, at most 1 and at least 1.
        filters: Resampling filters, drawn with equal probability.
        filter_share: How often one of ``filters`` is drawn; otherwise the filter is antialiased
            bicubic. Bilinear downsampling without antialiasing causes aliasing.
    """

    enlarge_share: Share = 0.2
    shrink_share: Share = 0.7
    keep_share: Share = 0.1
    limits: Limits = (0.15, 1.5)
    filters: Annotated[tuple[ResizeFilter, ...], Meta(min_length=1)] = (
        "area",
        "bilinear",
        "bicubic",
    )
    filter_share: Share = 1.0

    def __post_init__(self) -> None:
        _check_sum("enlarge_share, shrink_share, keep_share", self.shares())
        low, high = self.limits
        if not 0 < low <= 1 <= high:
            raise ValueError(f"limits={low}, {high}: the first is in (0, 1], the second at least 1")

    def shares(self) -> tuple[float, float, float]:
        """Return the shares of enlarging, shrinking and keeping."""
        return self.enlarge_share, self.shrink_share, self.keep_share


class NoiseRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Noise of a pass.

    Attributes:
        gauss_share: How often a batch gets Gaussian noise; otherwise it gets shot (Poisson) noise.
        gauss_sigma: Least and largest standard deviation, in 8-bit levels.
        poisson_scale: Least and largest factor of the shot noise.
        gray_share: Share of the pictures that get the same noise in all channels.
    """

    gauss_share: Share = 0.5
    gauss_sigma: Limits = (1.0, 30.0)
    poisson_scale: Limits = (0.05, 3.0)
    gray_share: Share = 0.4

    def __post_init__(self) -> None:
        _check_order("gauss_sigma", self.gauss_sigma)
        _check_order("poisson_scale", self.poisson_scale)


class PassRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the two passes; the defaults are those of the first pass.

    Attributes:
        blur: Blur.
        resize: Resizing.
        noise: Noise.
        jpeg_quality: Lowest and highest quality of the compression.
        jpeg_share: Share of the pictures that are compressed.
        full_chroma_share: Share of the pictures whose JPEG keeps chroma at full resolution
            (4:4:4). With none, as published, networks learn to saturate thin lines.
    """

    blur: BlurRecipe = BlurRecipe()
    resize: ResizeRecipe = ResizeRecipe()
    noise: NoiseRecipe = NoiseRecipe()
    jpeg_share: Share = 1.0
    jpeg_quality: Limits = (30.0, 95.0)
    full_chroma_share: Share = 0.0

    def __post_init__(self) -> None:
        _check_order("jpeg_quality", self.jpeg_quality, least=1, most=100)


# Classes of their own, because a value that a recipe leaves out gets its class's default.
class SecondBlurRecipe(BlurRecipe, frozen=True, kw_only=True):
    """Blur of the second pass: weaker, and not in every picture."""

    share: Share = 0.8
    sigma_px: Limits = (0.2, 1.5)


class SecondResizeRecipe(ResizeRecipe, frozen=True, kw_only=True):
    """Resizing of the second pass: weaker."""

    enlarge_share: Share = 0.3
    shrink_share: Share = 0.4
    keep_share: Share = 0.3
    limits: Limits = (0.3, 1.2)


class SecondNoiseRecipe(NoiseRecipe, frozen=True, kw_only=True):
    """Noise of the second pass: weaker."""

    gauss_sigma: Limits = (1.0, 25.0)
    poisson_scale: Limits = (0.05, 2.5)


class SecondPassRecipe(PassRecipe, frozen=True, kw_only=True):
    """The second pass, with defaults of its own."""

    blur: SecondBlurRecipe = SecondBlurRecipe()
    resize: SecondResizeRecipe = SecondResizeRecipe()
    noise: SecondNoiseRecipe = SecondNoiseRecipe()


class LastRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The end of the chain, at LR size: a sinc filter and the compression of the second pass.

    Attributes:
        sinc_share: Share of the pictures that a sinc filter is applied to.
        sizes_px: Possible sides of its kernels, odd, at most 21.
        sinc_first_share: How often the sinc filter comes before the compression.
    """

    sinc_share: Share = 0.8
    sizes_px: tuple[int, ...] = (7, 9, 11, 13, 15, 17, 19, 21)
    sinc_first_share: Share = 0.5

    def __post_init__(self) -> None:
        _check_sizes(self.sizes_px)


class OnePassRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One pass: Gaussian blur of HR, downsampling, Gaussian noise, JPEG.

    Attributes:
        blur_share: Share of the pictures that are blurred.
        blur_sigma_px: Least and largest standard deviation of the blur, in HR pixels.
        area_share: Share of the pictures that are downsampled by area means, not bicubic.
        noise_share: Share of the pictures that get noise.
        noise_sigma: Least and largest standard deviation of the noise, in 8-bit levels.
        gray_share: Share of the pictures that get the same noise in all channels.
        jpeg_share: Share of the pictures that are compressed.
        jpeg_quality: Lowest and highest quality of the compression.
        full_chroma_share: Share of the pictures whose JPEG keeps chroma at full resolution.
    """

    blur_share: Share = 1.0
    blur_sigma_px: Limits = (0.2, 1.5)
    area_share: Share = 0.0
    noise_share: Share = 1.0
    noise_sigma: Limits = (1.0, 10.0)
    gray_share: Share = 0.0
    jpeg_share: Share = 1.0
    jpeg_quality: Limits = (50.0, 95.0)
    full_chroma_share: Share = 0.0

    def __post_init__(self) -> None:
        _check_order("blur_sigma_px", self.blur_sigma_px, least=_LEAST_SIGMA_PX)
        _check_order("noise_sigma", self.noise_sigma)
        _check_order("jpeg_quality", self.jpeg_quality, least=1, most=100)


DegradationName: TypeAlias = Literal["clean", "light", "mild", "strong"]

LIGHT = OnePassRecipe(blur_sigma_px=(0.3, 0.8), noise_sigma=(0.5, 3.0), jpeg_quality=(80.0, 95.0))
"""Degradation of good phone and web photos; the ranges are our own choice."""

MILD = OnePassRecipe()
"""Degradation of ordinary web photos; the ranges are our own choice."""

# msgspec 0.22 crashes on a union of a number with limits and a tuple of fixed length.
Strength: TypeAlias = float | tuple[float, float]


def _check_strength(strength: Strength) -> None:
    limits = strength if isinstance(strength, tuple) else (strength,) * 2
    _check_order("strength", limits, most=1.0)


def _check_one_pass(kind: str, one_pass: OnePassRecipe | None) -> None:
    if one_pass is not None and kind not in {"light", "mild"}:
        raise ValueError(f"one_pass: kind={kind} takes no numbers of one pass; light and mild do")


class MixPart(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the degradations of a mix.

    Attributes:
        share: Share of the pictures that get this degradation.
        kind: Which degradation; ``strong`` uses the passes of the recipe around the mix.
        one_pass: Numbers that replace those of ``light`` or ``mild``.
        strength: Factor of the degradation; given two, each batch draws one between them.
    """

    share: Share
    kind: DegradationName
    one_pass: OnePassRecipe | None = None
    strength: Strength = 1.0

    def __post_init__(self) -> None:
        _check_strength(self.strength)
        _check_one_pass(self.kind, self.one_pass)


class DegradationRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How LR is made from HR.

    Attributes:
        kind: ``bicubic`` for bicubic downsampling alone, as in benchmarks; ``light`` or ``mild``
            for one pass; ``real`` for Real-ESRGAN's two passes; ``mix`` for several of them,
            drawn picture by picture.
        strength: Factor of all shares and ranges: 0 leaves bicubic downsampling alone, 1 is
            as published. Given two numbers, each batch draws one between them.
        first: The first pass of ``real``.
        second: The second pass of ``real``.
        last: The end of the chain of ``real``.
        one_pass: Numbers that replace those of ``light`` or ``mild``.
        mix: Parts of ``mix``; their shares add up to 1.
        sharpen_target: Whether HR is sharpened before LR is made from it and SR is compared
            with it, as in Real-ESRGAN.
        pool_batches: Number of batches whose pictures are shuffled among each other, so that
            one batch has differently degraded pictures; 1 turns it off. Real-ESRGAN shuffles
            180 pictures.
    """

    kind: Literal["bicubic", "light", "mild", "real", "mix"] = "bicubic"
    strength: Strength = 1.0
    first: PassRecipe = PassRecipe()
    second: SecondPassRecipe = SecondPassRecipe()
    last: LastRecipe = LastRecipe()
    one_pass: OnePassRecipe | None = None
    mix: tuple[MixPart, ...] = ()
    sharpen_target: bool = False
    pool_batches: Annotated[int, Meta(ge=1)] = 1

    def __post_init__(self) -> None:
        _check_strength(self.strength)
        # Both ways: parts that no mix would use are a mistake of the author.
        if (self.kind == "mix") != bool(self.mix):
            raise ValueError(f"kind={self.kind}: only kind mix has parts, and lists them in `mix`")
        if self.mix:
            _check_sum("mix", tuple(part.share for part in self.mix))
            if self.strength != 1.0:
                raise ValueError(f"strength={self.strength}: in a mix each part has its own")
        _check_one_pass(self.kind, self.one_pass)

    @property
    def is_clean(self) -> bool:
        """Whether LR is made by bicubic downsampling alone."""
        return self.kind == "bicubic" and not self.sharpen_target


def named_degradation(name: DegradationName, *, strength: Strength = 1.0) -> DegradationRecipe:
    """Return the degradation of that name."""
    kinds: dict[DegradationName, Literal["bicubic", "light", "mild", "real"]] = {
        "clean": "bicubic", "light": "light", "mild": "mild", "strong": "real",
    }  # fmt: skip
    return DegradationRecipe(kind=kinds[name], strength=strength)
