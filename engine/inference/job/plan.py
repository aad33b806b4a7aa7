"""Decides once what will be done with a photo; the run, the preview and the forecast follow it.

::

    header ─┐
            ├─ plan_pixels ─> PixelPlan ──────────> preview of a region
    settings┘   size, networks, bit depth
                    │
                plan_photo  ─> PhotoPlan ─────────> run
                    format, output name, estimate └─> forecast: a sum of plans
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from engine.core.file_identity import file_stamp
from engine.imaging.codecs.decode import check_pixel_limit, read_info
from engine.imaging.codecs.encode import EncodeOptions
from engine.imaging.codecs.encoded_size import forecast_encoding
from engine.imaging.formats import OutputFormat, check_format_limits
from engine.imaging.photo import PhotoInfo
from engine.inference.job.estimate import PictureSpec, ResourceEstimate, estimate_job
from engine.inference.job.naming import NameFields, output_name
from engine.inference.job.photo_errors import photo_errors
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.target import OutputPlan, plan_output
from engine.inference.network.dial import DialSetting
from engine.inference.network.selection import NetworkPlan, plan_scale

# What a source format that is not written becomes; all others become PNG.
_STAND_INS = {"heic": OutputFormat.JPEG, "raw": OutputFormat.TIFF}


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelPlan:
    """How the pixels of a result are computed, all of them or those of a region.

    Attributes:
        picture: The photo, with the bit depth that all steps are computed in.
        size: The steps that bring it to the size of the result.
        networks: The network of each pass, in the order of ``size.passes``.
        tile_px: Side of the tiles; None to plan it from the memory that is free then.
    """

    picture: PictureSpec
    size: OutputPlan
    networks: tuple[NetworkPlan, ...]
    tile_px: int | None = None

    @property
    def step_networks(self) -> tuple[NetworkPlan | None, ...]:
        """The network of each step of ``size.work``, None for a resize."""
        networks = iter(self.networks)
        return tuple(None if step.scale is None else next(networks) for step in self.size.work)

    @property
    def dial(self) -> DialSetting | None:
        """Where the dial of the first network is set; None if it has none or none runs."""
        return self.networks[0].dial if self.networks else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoPlan:
    """What will be done with one photo, from its header to its result's name.

    It holds no metadata of the photo, so that the plans of a large batch stay small.

    Attributes:
        photo: The file.
        stamp: Its size and time of change when its header was read.
        settings: What the user decided.
        pixels: How the pixels are computed.
        encode: How the result is written.
        estimate: Memory, disk space and time.
        output: Path of the result; `ResultName` decides what to do when it is taken.
    """

    photo: Path
    stamp: str
    settings: UpscaleSettings
    pixels: PixelPlan
    encode: EncodeOptions
    estimate: ResourceEstimate
    output: Path

    @property
    def is_current(self) -> bool:
        """Whether the photo is still the file that was planned."""
        return bool(self.stamp) and self.stamp == file_stamp(self.photo)


def plan_photo(
    photo: Path,
    settings: UpscaleSettings,
    *,
    subfolder: PurePath | None = None,
    seconds_per_px: float | None = None,
) -> PhotoPlan:
    """Decide what will be done with ``photo``; only its header is read.

    Args:
        photo: The file.
        settings: What the user decided.
        subfolder: Folder of the result below ``settings.output_folder``.
        seconds_per_px: Time of one LR pixel measured on this machine, if it is known.

    Raises:
        ImageError: If the photo cannot be used.
        FormatLimitError: If the result does not fit its format.
        ConfigError: If size or models do not fit.
        UnknownNameError: If device or precision does not exist here.
        UnexpectedError: If any other error occurs.
    """
    with photo_errors(photo):
        # Taken before the header is read: a change in between makes the plan outdated.
        stamp = file_stamp(photo)
        info = read_info(photo)
        # Before anything else: a few bytes can claim a picture of terabytes.
        check_pixel_limit(info, settings.decode_limits)
        encode = _encode_options(info, settings)
        pixels = plan_pixels(info, settings)
        size = pixels.size
        check_format_limits(
            encode.format, width_px=size.width_px, height_px=size.height_px, path=photo
        )
        return PhotoPlan(
            photo=photo,
            stamp=stamp,
            settings=settings,
            pixels=pixels,
            encode=encode,
            estimate=_estimate(info, pixels, encode, seconds_per_px),
            output=_output(photo, settings, pixels, encode.format, subfolder or PurePath()),
        )


def plan_pixels(info: PhotoInfo, settings: UpscaleSettings) -> PixelPlan:
    """Decide how the pixels of the result are computed; no file is read.

    Args:
        info: The header of the photo.
        settings: What the user decided.

    Raises:
        ConfigError: If size or models do not fit.
        UnknownNameError: If device or precision does not exist here.
    """
    encode = _encode_options(info, settings)
    size = plan_output(info.width_px, info.height_px, settings.target, scales=settings.scales)
    return PixelPlan(
        picture=PictureSpec(
            width_px=info.width_px,
            height_px=info.height_px,
            channels=info.channels,
            has_alpha=info.has_alpha,
            bit_depth=encode.working_bit_depth(info.bit_depth),
        ),
        size=size,
        networks=_plan_passes(size.passes, settings),
        tile_px=settings.tile_px,
    )


def _plan_passes(passes: Sequence[int], settings: UpscaleSettings) -> tuple[NetworkPlan, ...]:
    plans = [network_at(scale, settings) for scale in passes]
    return (*plans[:1], *(plan.after_first_pass() for plan in plans[1:]))


def network_at(scale: int, settings: UpscaleSettings) -> NetworkPlan:
    """Return the network that runs at ``scale``.

    Raises:
        ConfigError: If no model has that scale, or a value of its dial is not in ``[0, 1]``.
        UnknownNameError: If device or precision does not exist here.
    """
    return plan_scale(
        settings.models,
        scale,
        restoration=settings.restoration,
        fidelity=settings.fidelity,
        back_projection=settings.back_projection,
        device=settings.device,
        precision=settings.precision,
        thread_count=settings.thread_count,
    )


def _encode_options(info: PhotoInfo, settings: UpscaleSettings) -> EncodeOptions:
    return EncodeOptions(
        format=_output_format(info, settings),
        quality=settings.quality,
        bit_depth=settings.bit_depth,
        keep_metadata=settings.keep_metadata,
        dpi=settings.target.dpi,
    )


def _output_format(info: PhotoInfo, settings: UpscaleSettings) -> OutputFormat:
    if settings.output_format is not None:
        return settings.output_format
    named = settings.output_file and OutputFormat.of_suffix(settings.output_file.suffix)
    by_name = {output.value: output for output in OutputFormat}
    return named or by_name.get(info.format) or _STAND_INS.get(info.format, OutputFormat.PNG)


def _estimate(
    info: PhotoInfo, pixels: PixelPlan, encode: EncodeOptions, seconds_per_px: float | None
) -> ResourceEstimate:
    size = pixels.size
    # The passes after the first one are taken to cost what the first one costs.
    network = pixels.networks[0] if pixels.networks else None
    return estimate_job(
        pixels.picture,
        size,
        None if network is None else network.card,
        output=forecast_encoding(
            encode,
            width_px=size.width_px,
            height_px=size.height_px,
            channels=info.channels,
            bit_depth=info.bit_depth,
            has_alpha=info.has_alpha,
            factor=size.width_px / info.width_px,
            is_vivid=network is not None and network.is_vivid,
            is_matched=network is not None and network.is_back_projected,
        ),
        back_projection=network is not None and network.is_back_projected,
        thread_count=0 if network is None else network.thread_count,
        seconds_per_px=seconds_per_px,
    )


def _output(
    photo: Path,
    settings: UpscaleSettings,
    pixels: PixelPlan,
    output_format: OutputFormat,
    subfolder: PurePath,
) -> Path:
    if settings.output_file is not None:
        return settings.output_file
    size = pixels.size
    fields = NameFields(
        name=photo.stem,
        model=pixels.networks[0].name if pixels.networks else "bicubic",
        scale=size.width_px / pixels.picture.width_px,
        width=size.width_px,
        height=size.height_px,
    )
    # A photo's own spelling is kept: a.JPEG becomes b.JPEG and not b.jpg.
    is_same = OutputFormat.of_suffix(photo.suffix) is output_format
    suffix = photo.suffix if is_same else output_format.suffix
    folder = photo.parent if settings.output_folder is None else settings.output_folder / subfolder
    return folder / output_name(settings.name_template, fields, suffix=suffix)
