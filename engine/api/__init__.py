"""The one door through which the app enters the engine.

The app imports every name of the engine from here and from nowhere else, which import-linter
holds; this module imports the runtime half of the engine and nothing above it. A name is loaded
when it is first asked for (PEP 562), so ``from engine.api import Region`` costs a small module
and not ONNX Runtime and libvips. To offer a name, add it below and in `engine.api.names`; a test
compares them, and `tests/architecture/api_surface.json` holds the signatures that were agreed on.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from engine.api.names import NAMES_BY_MODULE

if TYPE_CHECKING:
    from engine.catalog.adding import add_model as add_model
    from engine.catalog.aliases import ModelAlias as ModelAlias
    from engine.catalog.card import ModelCard as ModelCard
    from engine.catalog.card import ModelFile as ModelFile
    from engine.catalog.card_file import read_card as read_card
    from engine.catalog.catalog import BrokenCard as BrokenCard
    from engine.catalog.catalog import Catalog as Catalog
    from engine.catalog.catalog import CatalogEntry as CatalogEntry
    from engine.catalog.catalog import Origin as Origin
    from engine.catalog.further_training import further_training as further_training
    from engine.config.recipe_checks import value_text as value_text
    from engine.config.recipe_fields import RecipeField as RecipeField
    from engine.config.recipe_fields import recipe_fields as recipe_fields
    from engine.config.recipe_fields import recipe_presets as recipe_presets
    from engine.config.recipe_fields import title_of as title_of
    from engine.config.recipe_form import RecipeFault as RecipeFault
    from engine.config.recipe_form import RecipeReading as RecipeReading
    from engine.config.recipe_form import clone_recipe as clone_recipe
    from engine.config.recipe_form import parse_recipe as parse_recipe
    from engine.config.recipe_form import preset_text as preset_text
    from engine.config.recipe_form import recipe_differences as recipe_differences
    from engine.config.recipe_form import recipe_text as recipe_text
    from engine.config.search import FinetuneRecipe as FinetuneRecipe
    from engine.config.shipped_recipes import shipped_names as shipped_names
    from engine.core.atomic_file import write_bytes_atomic as write_bytes_atomic
    from engine.core.cancellation import CancelToken as CancelToken
    from engine.core.errors import ConfigError as ConfigError
    from engine.core.errors import EngineError as EngineError
    from engine.core.errors import JobCancelled as JobCancelled
    from engine.core.errors import OutputError as OutputError
    from engine.core.errors import RangeUnsureError as RangeUnsureError
    from engine.core.errors import UnreadableImageError as UnreadableImageError
    from engine.core.file_guard import FileGuard as FileGuard
    from engine.core.images import ImageUint as ImageUint
    from engine.core.leftovers import LEFTOVER_SUFFIX as LEFTOVER_SUFFIX
    from engine.core.leftovers import part_path as part_path
    from engine.core.leftovers import remove_leftovers as remove_leftovers
    from engine.core.messages import sentence_of as sentence_of
    from engine.core.path_texts import printable as printable
    from engine.core.places import cache_folder as cache_folder
    from engine.core.places import resources_folder as resources_folder
    from engine.core.places import settings_folder as settings_folder
    from engine.core.private_files import make_private_folder as make_private_folder
    from engine.core.tiling import Region as Region
    from engine.core.units import format_bytes as format_bytes
    from engine.core.units import format_duration as format_duration
    from engine.core.units import format_megapixels as format_megapixels
    from engine.core.version import product_version as product_version
    from engine.export.bundle.manifest import TargetReport as TargetReport
    from engine.export.bundle.manifest import read_bundle_picture as read_bundle_picture
    from engine.export.bundle.manifest import read_manifest as read_manifest
    from engine.export.targets.target_list import EXPORT_TARGETS as EXPORT_TARGETS
    from engine.export.targets.target_list import TargetEntry as TargetEntry
    from engine.imaging.codecs.decode import open_photo as open_photo
    from engine.imaging.codecs.decode import read_info as read_info
    from engine.imaging.formats import PHOTO_SUFFIXES as PHOTO_SUFFIXES
    from engine.imaging.formats import OutputFormat as OutputFormat
    from engine.imaging.photo import Photo as Photo
    from engine.imaging.photo import PhotoInfo as PhotoInfo
    from engine.imaging.raster import Raster as Raster
    from engine.imaging.resample.bicubic import RegionResampler as RegionResampler
    from engine.inference.batch.inputs import PhotoInput as PhotoInput
    from engine.inference.batch.inputs import find_photos as find_photos
    from engine.inference.batch.naming_note import note_naming as note_naming
    from engine.inference.batch.naming_note import noted_result as noted_result
    from engine.inference.batch.work import UpscaleWork as UpscaleWork
    from engine.inference.job.dial_point import resolve_plan as resolve_plan
    from engine.inference.job.naming import Collision as Collision
    from engine.inference.job.plan import plan_photo as plan_photo
    from engine.inference.job.plan import plan_pixels as plan_pixels
    from engine.inference.job.preview import upscale_region as upscale_region
    from engine.inference.job.progress import OnProgress as OnProgress
    from engine.inference.job.progress import OnTile as OnTile
    from engine.inference.job.progress import Progress as Progress
    from engine.inference.job.progress import TileDone as TileDone
    from engine.inference.job.result import PhotoResult as PhotoResult
    from engine.inference.job.result import make_result as make_result
    from engine.inference.job.settings import UpscaleSettings as UpscaleSettings
    from engine.inference.job.target import OutputTarget as OutputTarget
    from engine.inference.job.target import plan_output as plan_output
    from engine.inference.network.dial import DialSetting as DialSetting
    from engine.inference.network.model_source import ModelSource as ModelSource
    from engine.inference.network.selection import select_models as select_models
    from engine.inference.network.session import find_providers as find_providers
    from engine.inference.network.session import runtime_version as runtime_version
    from engine.inference.network.session_pool import SessionPool as SessionPool
    from engine.inference.restoration.estimate import RestorationEstimate as RestorationEstimate
    from engine.inference.restoration.estimate import estimate_restoration as estimate_restoration
    from engine.judging.judgments import Answer as Answer
    from engine.judging.judgments import BlindTest as BlindTest
    from engine.judging.judgments import JudgedNetwork as JudgedNetwork
    from engine.judging.judgments import Judgment as Judgment
    from engine.judging.judgments import JudgmentFile as JudgmentFile
    from engine.judging.judgments import JudgmentLog as JudgmentLog
    from engine.judging.judgments import find_judgment_files as find_judgment_files
    from engine.judging.judgments import judging_folder as judging_folder
    from engine.judging.judgments import read_judgments as read_judgments
    from engine.judging.report import JudgingReport as JudgingReport
    from engine.judging.report import PairVerdict as PairVerdict
    from engine.judging.report import RankedNetwork as RankedNetwork
    from engine.judging.report import make_report as make_report
    from engine.judging.schedule import Question as Question
    from engine.judging.schedule import next_question as next_question
    from engine.judging.schedule import planned_questions as planned_questions
    from engine.probing.importing import ImportRequest as ImportRequest
    from engine.probing.importing import import_model as import_model
    from engine.runs.control import control_run as control_run
    from engine.runs.devices import DeviceFacts as DeviceFacts
    from engine.runs.devices import find_devices as find_devices
    from engine.runs.estimate import TrainingEstimate as TrainingEstimate
    from engine.runs.estimate import estimate_from_runs as estimate_from_runs
    from engine.runs.estimate import measure_training as measure_training
    from engine.runs.events import Preparing as Preparing
    from engine.runs.gauges import GaugeReader as GaugeReader
    from engine.runs.gauges import Gauges as Gauges
    from engine.runs.gauges import GpuGauge as GpuGauge
    from engine.runs.launching import job_log as job_log
    from engine.runs.launching import start_run as start_run
    from engine.runs.location import runs_folder as runs_folder
    from engine.runs.requests import RunRequest as RunRequest
    from engine.runs.run_folder import RunFolder as RunFolder
    from engine.runs.samples import Sample as Sample
    from engine.runs.samples import samples as samples
    from engine.runs.searches import SearchCandidate as SearchCandidate
    from engine.runs.searches import SearchReader as SearchReader
    from engine.runs.searches import SearchState as SearchState
    from engine.runs.searches import best_of as best_of
    from engine.runs.searches import find_searches as find_searches
    from engine.runs.series import Cut as Cut
    from engine.runs.series import RunMessage as RunMessage
    from engine.runs.series import RunSeries as RunSeries
    from engine.runs.summary import RunSummary as RunSummary
    from engine.runs.summary import SeenState as SeenState
    from engine.runs.summary import find_runs as find_runs
    from engine.runs.summary import read_summary_or_fault as read_summary_or_fault
    from engine.sharing.comparison import SharedComparison as SharedComparison
    from engine.sharing.composing import side_by_side as side_by_side
    from engine.sharing.composing import split_at as split_at
    from engine.sharing.composing import sweep_frames as sweep_frames
    from engine.sharing.files import ANIMATION_SUFFIXES as ANIMATION_SUFFIXES
    from engine.sharing.files import PICTURE_SUFFIXES as PICTURE_SUFFIXES
    from engine.sharing.files import encode_animation as encode_animation
    from engine.sharing.files import encode_picture as encode_picture
    from engine.sharing.files import write_shared as write_shared
    from engine.sharing.web_page import PageTexts as PageTexts
    from engine.sharing.web_page import web_page as web_page

_MODULE_OF = {name: module for module, names in NAMES_BY_MODULE.items() for name in names}

__all__ = list(_MODULE_OF)


def __getattr__(name: str) -> object:
    """Import ``name`` from its module; Python asks here for names that are not loaded yet.

    Raises:
        AttributeError: If the engine does not offer it.
    """
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(_MODULE_OF[name]), name)
    # Found without this function from now on.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
