"""The one door through which the app enters the engine.

`__all__` is the contract: `tests/architecture/api_surface.json` lists it with
the signatures, and a test fails when the two differ.
"""

from __future__ import annotations

from engine.catalog.card import Kind, ModelCard, Precision, QualityFigure, Variant
from engine.catalog.catalog import (
    BrokenCard,
    Catalog,
    CatalogEntry,
    ModelFolder,
    Origin,
    imported_models_folder,
)
from engine.core.cancellation import CancelToken
from engine.core.errors import (
    BadCardError,
    BrokenOutputError,
    ConfigError,
    DiskFullError,
    EngineError,
    FormatLimitError,
    ImageError,
    ImageTooLargeError,
    InferenceError,
    JobCancelled,
    MissingExtraError,
    ModelError,
    ModelRefusedError,
    OutOfMemoryError,
    OutputError,
    OutputExistsError,
    RangeUnsureError,
    ShapeMismatchError,
    UnexpectedError,
    UnknownNameError,
    UnreadableImageError,
    UnsupportedFormatError,
)
from engine.core.file_guard import FileGuard
from engine.core.images import CodeImage, ImageF32
from engine.core.leftovers import LEFTOVER_SUFFIX, part_path, remove_leftovers
from engine.core.messages import Sentence, sentence_of
from engine.core.path_texts import printable
from engine.core.places import cache_folder, data_folder, resources_folder, state_folder
from engine.core.private_files import make_private_folder
from engine.core.tiling import Region
from engine.core.units import format_bytes, format_duration, format_megapixels
from engine.imaging.code_values import to_codes, to_float
from engine.imaging.codecs.decode import DecodeLimits, open_photo, read_info
from engine.imaging.codecs.encode import EncodeOptions, SaveReport
from engine.imaging.codecs.encoded_size import EncodedSize, forecast_encoding
from engine.imaging.codecs.photo_files import PHOTO_SUFFIXES
from engine.imaging.formats import OutputFormat, check_format_limits
from engine.imaging.photo import Photo, PhotoInfo
from engine.imaging.raster import Raster
from engine.imaging.resample.kernels import AxisWeights, axis_weights, resample_axis, resize_bicubic
from engine.inference.batch.inputs import FoundPhotos, PhotoInput, find_photos
from engine.inference.batch.manifest import Manifest, manifest_path, spare_manifest_path
from engine.inference.batch.naming import (
    DEFAULT_TEMPLATE,
    TEMPLATE_FIELDS,
    Collision,
    NameFields,
    ResultName,
    check_template,
    output_name,
)
from engine.inference.batch.naming_note import note_naming, noted_result
from engine.inference.batch.records import PhotoRecord
from engine.inference.batch.run import (
    BatchListener,
    BatchReport,
    BatchRequest,
    make_result_folder,
    photos_of_manifest,
    run_batch,
)
from engine.inference.batch.work import BatchEstimate, UpscaleSettings, UpscaleWork, choose_sources
from engine.inference.job.consistency import Consistency, measure_consistency
from engine.inference.job.layers import Layers, PictureLayers, PixelReader, ReadableLayers
from engine.inference.job.pipeline import PipelineHooks, UpscaleResult, upscale_to_raster
from engine.inference.job.planning import PictureSpec, ResourceEstimate, estimate_job
from engine.inference.job.preview import RegionPixels, upscale_region
from engine.inference.job.progress import OnProgress, OnTile, Progress, TileDone
from engine.inference.job.target import (
    OutputPlan,
    OutputStep,
    OutputTarget,
    TargetKind,
    plan_output,
)
from engine.inference.job.upscale import (
    UpscaleForecast,
    UpscaleReport,
    UpscaleRequest,
    forecast,
    save_result,
    upscale_photo,
)
from engine.inference.network.assembly import ModelSettings, NetworkUse
from engine.inference.network.network import ModelSource
from engine.inference.network.precision import PrecisionChoice
from engine.inference.network.providers import Provider
from engine.inference.network.session import find_providers, runtime_version
from engine.inference.network.session_pool import SessionPool
from engine.metrics.luma import to_luma
from engine.metrics.picture_comparison import PictureDifference, compare_rasters, draw_difference
from engine.metrics.psnr import psnr_db
from engine.metrics.ssim import ssim
from engine.probing.importing import ImportRequest, import_model

__all__ = [
    "DEFAULT_TEMPLATE",
    "LEFTOVER_SUFFIX",
    "PHOTO_SUFFIXES",
    "TEMPLATE_FIELDS",
    "AxisWeights",
    "BadCardError",
    "BatchEstimate",
    "BatchListener",
    "BatchReport",
    "BatchRequest",
    "BrokenCard",
    "BrokenOutputError",
    "CancelToken",
    "Catalog",
    "CatalogEntry",
    "CodeImage",
    "Collision",
    "ConfigError",
    "Consistency",
    "DecodeLimits",
    "DiskFullError",
    "EncodeOptions",
    "EncodedSize",
    "EngineError",
    "FileGuard",
    "FormatLimitError",
    "FoundPhotos",
    "ImageError",
    "ImageF32",
    "ImageTooLargeError",
    "ImportRequest",
    "InferenceError",
    "JobCancelled",
    "Kind",
    "Layers",
    "Manifest",
    "MissingExtraError",
    "ModelCard",
    "ModelError",
    "ModelFolder",
    "ModelRefusedError",
    "ModelSettings",
    "ModelSource",
    "NameFields",
    "NetworkUse",
    "OnProgress",
    "OnTile",
    "Origin",
    "OutOfMemoryError",
    "OutputError",
    "OutputExistsError",
    "OutputFormat",
    "OutputPlan",
    "OutputStep",
    "OutputTarget",
    "Photo",
    "PhotoInfo",
    "PhotoInput",
    "PhotoRecord",
    "PictureDifference",
    "PictureLayers",
    "PictureSpec",
    "PipelineHooks",
    "PixelReader",
    "Precision",
    "PrecisionChoice",
    "Progress",
    "Provider",
    "QualityFigure",
    "RangeUnsureError",
    "Raster",
    "ReadableLayers",
    "Region",
    "RegionPixels",
    "ResourceEstimate",
    "ResultName",
    "SaveReport",
    "Sentence",
    "SessionPool",
    "ShapeMismatchError",
    "TargetKind",
    "TileDone",
    "UnexpectedError",
    "UnknownNameError",
    "UnreadableImageError",
    "UnsupportedFormatError",
    "UpscaleForecast",
    "UpscaleReport",
    "UpscaleRequest",
    "UpscaleResult",
    "UpscaleSettings",
    "UpscaleWork",
    "Variant",
    "axis_weights",
    "cache_folder",
    "check_format_limits",
    "check_template",
    "choose_sources",
    "compare_rasters",
    "data_folder",
    "draw_difference",
    "estimate_job",
    "find_photos",
    "find_providers",
    "forecast",
    "forecast_encoding",
    "format_bytes",
    "format_duration",
    "format_megapixels",
    "import_model",
    "imported_models_folder",
    "make_private_folder",
    "make_result_folder",
    "manifest_path",
    "measure_consistency",
    "note_naming",
    "noted_result",
    "open_photo",
    "output_name",
    "part_path",
    "photos_of_manifest",
    "plan_output",
    "printable",
    "psnr_db",
    "read_info",
    "remove_leftovers",
    "resample_axis",
    "resize_bicubic",
    "resources_folder",
    "run_batch",
    "runtime_version",
    "save_result",
    "sentence_of",
    "spare_manifest_path",
    "ssim",
    "state_folder",
    "to_codes",
    "to_float",
    "to_luma",
    "upscale_photo",
    "upscale_region",
    "upscale_to_raster",
]
