"""Names and help of the fields of recipes, in the language of the app.

The engine describes its fields in English. What users change most has words of its own here; of
the other fields the help is the engine's, translated by `field_sentences`, and the names are those
of the YAML.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.state.translation import QT_TRANSLATE_NOOP
from engine.api import RecipeField, title_of

translate = QCoreApplication.translate

_TITLES = {
    "accumulate": QT_TRANSLATE_NOOP("Fields", "Parts of a batch"),
    "checkpoint_every": QT_TRANSLATE_NOOP("Fields", "Checkpoint every"),
    "clip_norm": QT_TRANSLATE_NOOP("Fields", "Largest gradient"),
    "data": QT_TRANSLATE_NOOP("Fields", "Data"),
    "data.batch_size": QT_TRANSLATE_NOOP("Fields", "Batch size"),
    "data.degradation": QT_TRANSLATE_NOOP("Fields", "Degradation"),
    "data.folder": QT_TRANSLATE_NOOP("Fields", "Training photos"),
    "data.lr_folder": QT_TRANSLATE_NOOP("Fields", "Small photos"),
    "data.patch_px": QT_TRANSLATE_NOOP("Fields", "Patch size (px)"),
    "device": QT_TRANSLATE_NOOP("Fields", "Device"),
    "discriminator": QT_TRANSLATE_NOOP("Fields", "Discriminator"),
    "ema_decay": QT_TRANSLATE_NOOP("Fields", "Averaging of weights"),
    "error": QT_TRANSLATE_NOOP("Fields", "Error"),
    "generator": QT_TRANSLATE_NOOP("Fields", "Network"),
    "generator.blocks": QT_TRANSLATE_NOOP("Fields", "Blocks"),
    "generator.channels": QT_TRANSLATE_NOOP("Fields", "Channels"),
    "generator.family": QT_TRANSLATE_NOOP("Fields", "Architecture"),
    "generator.scale": QT_TRANSLATE_NOOP("Fields", "Enlarges by"),
    "init_weights": QT_TRANSLATE_NOOP("Fields", "Start from"),
    "log_every": QT_TRANSLATE_NOOP("Fields", "Report every"),
    "name": QT_TRANSLATE_NOOP("Fields", "Name"),
    "perceptual": QT_TRANSLATE_NOOP("Fields", "Perceptual loss"),
    "precision": QT_TRANSLATE_NOOP("Fields", "Precision"),
    "sample_photos": QT_TRANSLATE_NOOP("Fields", "Sample pictures"),
    "schedule": QT_TRANSLATE_NOOP("Fields", "Schedule"),
    "schedule.final_fraction": QT_TRANSLATE_NOOP("Fields", "Last rate"),
    "schedule.hold_fraction": QT_TRANSLATE_NOOP("Fields", "Falls after"),
    "schedule.learning_rate": QT_TRANSLATE_NOOP("Fields", "Learning rate"),
    "schedule.shape": QT_TRANSLATE_NOOP("Fields", "How it falls"),
    "schedule.steps": QT_TRANSLATE_NOOP("Fields", "Steps"),
    "schedule.warmup_fraction": QT_TRANSLATE_NOOP("Fields", "Warm-up"),
    "seed": QT_TRANSLATE_NOOP("Fields", "Seed"),
    "teacher": QT_TRANSLATE_NOOP("Fields", "Teacher"),
    "threads": QT_TRANSLATE_NOOP("Fields", "Threads"),
    "type": QT_TRANSLATE_NOOP("Fields", "Method"),
    "validate_every": QT_TRANSLATE_NOOP("Fields", "Validate every"),
    "validation_folder": QT_TRANSLATE_NOOP("Fields", "Validation photos"),
    "weights": QT_TRANSLATE_NOOP("Fields", "Weights of the losses"),
}
_HELP = {
    "checkpoint_every": QT_TRANSLATE_NOOP(
        "Fields", "Steps between checkpoints: so many are lost at most if the run is killed."
    ),
    "data.batch_size": QT_TRANSLATE_NOOP(
        "Fields", "Patches per step. Fewer need less memory, more make the steps steadier."
    ),
    "data.folder": QT_TRANSLATE_NOOP(
        "Fields", "Folder of large, sharp photos; its subfolders are included."
    ),
    "data.patch_px": QT_TRANSLATE_NOOP(
        "Fields", "Side of the small patches that the network learns from."
    ),
    "generator.blocks": QT_TRANSLATE_NOOP("Fields", "Depth of the network."),
    "generator.channels": QT_TRANSLATE_NOOP("Fields", "Width of the network."),
    "generator.family": QT_TRANSLATE_NOOP("Fields", "What the network is built of."),
    "generator.scale": QT_TRANSLATE_NOOP("Fields", "Factor by which photos are enlarged."),
    "init_weights": QT_TRANSLATE_NOOP(
        "Fields", "Weights to start from, such as the id of a model; random ones if none are given."
    ),
    "log_every": QT_TRANSLATE_NOOP("Fields", "Steps between two points of the charts."),
    "name": QT_TRANSLATE_NOOP("Fields", "Part of the name of the run's folder."),
    "precision": QT_TRANSLATE_NOOP(
        "Fields", "Half precision (bf16, fp16) is faster where the device supports it."
    ),
    "schedule.final_fraction": QT_TRANSLATE_NOOP(
        "Fields", "Learning rate at the end, relative to the highest one."
    ),
    "schedule.hold_fraction": QT_TRANSLATE_NOOP(
        "Fields", "Share of the steps after which the learning rate begins to fall."
    ),
    "schedule.warmup_fraction": QT_TRANSLATE_NOOP(
        "Fields", "Share of the steps in which the learning rate rises."
    ),
    "seed": QT_TRANSLATE_NOOP("Fields", "Start of all randomness: the same seed, the same result."),
    "threads": QT_TRANSLATE_NOOP("Fields", "Processor threads; 0 uses all cores."),
    "type": QT_TRANSLATE_NOOP("Fields", "What the network learns from; docs/methods.md has them."),
    "schedule.learning_rate": QT_TRANSLATE_NOOP(
        "Fields", "Highest learning rate. Too high a rate ends in a loss that is not a number."
    ),
    "schedule.steps": QT_TRANSLATE_NOOP("Fields", "How long the training goes on."),
    "validate_every": QT_TRANSLATE_NOOP(
        "Fields", "Steps between two measurements with sample pictures."
    ),
    "validation_folder": QT_TRANSLATE_NOOP(
        "Fields", "Folder of photos to measure PSNR on; without one, some training photos are kept."
    ),
}

_PRESETS = {
    "agd-x4": QT_TRANSLATE_NOOP(
        "Fields",
        "AutoGAN-Distiller: a student learns from the features of its teacher's pictures.",
    ),
    "dial": QT_TRANSLATE_NOOP(
        "Fields", "A faithful network with a restoration dial, as the shipped models have."
    ),
    "dial-vivid": QT_TRANSLATE_NOOP(
        "Fields", "The vivid end of a dial, trained against a discriminator."
    ),
    "distill-onnx": QT_TRANSLATE_NOOP(
        "Fields", "Distills any ONNX network into a small one, on your own photos."
    ),
    "distill-x4": QT_TRANSLATE_NOOP(
        "Fields", "A small network learns from the pictures and features of a large one."
    ),
    "gan-x4": QT_TRANSLATE_NOOP(
        "Fields", "Fine-tunes a faithful network against a discriminator, as ESRGAN does."
    ),
    "int8-x4": QT_TRANSLATE_NOOP(
        "Fields", "Fine-tunes a model for 8 bits, so that its fast file makes the same pictures."
    ),
    "mfagan-x4": QT_TRANSLATE_NOOP(
        "Fields", "A pair of teachers, generator and discriminator, is distilled into students."
    ),
    "omgd-x4": QT_TRANSLATE_NOOP(
        "Fields", "A wider and a deeper teacher, and a student that learns only from them."
    ),
    "psnr-x4": QT_TRANSLATE_NOOP(
        "Fields", "A faithful network from random weights, for clean photos."
    ),
    "selfcal-gan-x4": QT_TRANSLATE_NOOP(
        "Fields", "A self-calibrated generator against a PatchGAN, from random weights."
    ),
    "slim-x4": QT_TRANSLATE_NOOP(
        "Fields", "Prunes a network's channels and rounds it to 8 bits while it learns."
    ),
    "supernet-x4": QT_TRANSLATE_NOOP(
        "Fields", "One network that contains networks of many sizes, to search in."
    ),
    "tiny": QT_TRANSLATE_NOOP(
        "Fields", "A small \u00d72 network for your own photos, within an hour on a laptop."
    ),
}


def preset_help(name: str | None) -> str:
    """Return what a shipped recipe is for; None is the copy of a run."""
    if name is None:
        return translate("Fields", "The values of another run; that run stays as it is.")
    known = _PRESETS.get(name)
    return "" if known is None else translate("Fields", known)


def field_title(field: RecipeField) -> str:
    """Return the name of a field."""
    known = _TITLES.get(field.path)
    return field.title if known is None else translate("Fields", known)


def field_help(field: RecipeField) -> str:
    """Return what a field is for."""
    known = _HELP.get(field.path)
    if known is not None:
        return translate("Fields", known)
    # An empty text would be looked up as the header of the file of translations.
    return translate("FieldHelp", field.help) if field.help else ""


def group_title(path: str) -> str:
    """Return the heading of a group, with those of the groups around it."""
    if not path:
        return translate("Fields", "Run")
    parts = path.split(".")
    titles = []
    for count in range(1, len(parts) + 1):
        outer = ".".join(parts[:count])
        known = _TITLES.get(outer)
        titles.append(title_of(outer) if known is None else translate("Fields", known))
    return " \u203a ".join(titles)
