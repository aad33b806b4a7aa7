"""Writes a folder with which a phone is measured, and reads the answers back.

::

    kit.json      what is in it; written by us, read by us
    networks.txt  the order of the runs: reference, network, reference, network, ..., reference
    models/       one ONNX file per network, with a fixed input size
    settings.sh   threads, cores, runs, cool-down
    run.sh        pushes everything to the phone through adb, runs it, fetches the answers
    answers.csv   the latency of each run; a template until the phone has filled it in
    phone.json    phone, processor, version of the runtime; a template likewise
    state.txt     governor, frequency, temperature, before and after; not there if not known
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from engine.config.mfa_sizes import MfaSizes
from engine.core.atomic_file import make_folder, write_bytes_atomic
from engine.core.errors import ConfigError, OutputExistsError
from engine.core.places import resources_folder
from engine.search.devices.networks import write_network
from engine.search.devices.profile import ProfileId
from engine.search.devices.sampling import REFERENCE, SCALE, block_pairs, draw_networks, draw_unseen

KIT_FILE, ANSWERS_FILE, PHONE_FILE, STATE_FILE = (
    "kit.json",
    "answers.csv",
    "phone.json",
    "state.txt",
)
ANSWERS_HEADER = "turn,network,p50_s,temperature_c"
REFERENCE_NAME = "reference"
_SCRIPTS = ("run.sh", "on_phone.sh", "README.md")


class KitNetwork(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A network of a kit.

    Attributes:
        name: Its file in ``models``, without the suffix.
        group: ``seen`` networks fit the model, ``unseen`` ones test it, ``pairs`` make the table
            of blocks.
        sizes: The network.
    """

    name: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")]
    group: Literal["seen", "unseen", "pairs"]
    sizes: MfaSizes


class Kit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a kit measures.

    Attributes:
        schema_version: Of ``kit.json``.
        profile_id: Id of the profile that the answers make.
        height_px: Height of the LR input.
        width_px: Width of the LR input.
        thread_count: CPU threads.
        scale: Enlargement of the networks.
        reference: The network that all others are compared with.
        networks: All others, in the order of the runs.
    """

    profile_id: ProfileId
    height_px: int
    width_px: int
    thread_count: int
    scale: int
    reference: MfaSizes
    networks: tuple[KitNetwork, ...]
    schema_version: Literal[1] = 1

    @property
    def turns(self) -> tuple[str, ...]:
        """Names of the networks in the order of the runs, with the reference around each."""
        names = (name for network in self.networks for name in (network.name, REFERENCE_NAME))
        return (REFERENCE_NAME, *names)


class Phone(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ran a kit.

    Attributes:
        device: Maker and model of the phone.
        processor: Its processor.
        runtime_version: Version of ONNX Runtime.
        measured_at: Date and time, UTC, ISO 8601.
    """

    device: str
    processor: str
    runtime_version: str
    measured_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KitSettings:
    """What a kit measures, and how.

    Attributes:
        profile_id: Id of the profile that the answers make.
        height_px: Height of the LR input.
        width_px: Width of the LR input.
        thread_count: CPU threads.
        affinity: Cores that the benchmark may use, as a hexadecimal bit mask: ``f0`` is the fast
            half of eight cores.
        networks: Random networks that the latency model is fitted to.
        unseen: Further ones that only test it.
        has_blocks: Whether to measure the table of blocks.
        runs: Timed runs of each network.
        cool_below_c: Temperature below which the next network starts, in degrees Celsius.
    """

    profile_id: str
    height_px: int = 180
    width_px: int = 320
    thread_count: int = 4
    affinity: str = "f0"
    networks: int = 120
    unseen: int = 40
    has_blocks: bool = True
    runs: int = 20
    cool_below_c: int = 40


def write_kit(folder: Path, settings: KitSettings) -> Kit:
    """Write a kit to ``folder``, which must not exist or be empty, and return what it measures.

    Raises:
        OutputExistsError: If ``folder`` has content.
        OutputError: If it cannot be written.
        ConfigError: If the settings break a rule of `Kit`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise OutputExistsError(f"{folder} has files in it; name a new folder")
    kit = _plan(settings)
    settings_text = _settings_text(settings)
    # A struct made in Python was never checked against its field constraints.
    try:
        msgspec.convert(msgspec.to_builtins(kit), type=Kit)
    except msgspec.ValidationError as error:
        raise ConfigError(f"--id {settings.profile_id!r}: {error}") from error
    make_folder(folder / "models")
    size_px = (kit.height_px, kit.width_px)
    for name, sizes in [
        (REFERENCE_NAME, kit.reference),
        *((n.name, n.sizes) for n in kit.networks),
    ]:
        write_network(sizes, folder / "models" / f"{name}.onnx", scale=kit.scale, size_px=size_px)
    for name in _SCRIPTS:
        shutil.copyfile(resources_folder() / "devices" / "kit" / name, folder / name)
    phone = Phone(device="", processor="", runtime_version="", measured_at="")
    answers = [ANSWERS_HEADER, *(f"{n},{name},," for n, name in enumerate(kit.turns, start=1))]
    texts = {
        "settings.sh": settings_text,
        "networks.txt": "".join(f"{name}\n" for name in kit.turns),
        ANSWERS_FILE: "".join(f"{line}\n" for line in answers),
        PHONE_FILE: msgspec.json.format(msgspec.json.encode(phone)).decode() + "\n",
        # Last: a folder with this file is complete.
        KIT_FILE: msgspec.json.format(msgspec.json.encode(kit)).decode() + "\n",
    }
    for name, text in texts.items():
        write_bytes_atomic(folder / name, text.encode())
    return kit


def _plan(settings: KitSettings) -> Kit:
    seen = draw_networks(settings.networks, seed=0, scale=SCALE)
    unseen = draw_unseen(settings.unseen, seen, scale=SCALE)
    pairs = [sizes for pair in block_pairs() for sizes in pair] if settings.has_blocks else []
    return Kit(
        profile_id=settings.profile_id,
        height_px=settings.height_px,
        width_px=settings.width_px,
        thread_count=settings.thread_count,
        scale=SCALE,
        reference=REFERENCE,
        networks=(*_named("seen", seen), *_named("unseen", unseen), *_named("pairs", pairs)),
    )


def _mask(text: str) -> int:
    # Not int(text, 16) alone, which takes signs, spaces and underscores.
    if not re.fullmatch("[0-9a-f]{1,16}", text) or not int(text, 16):
        raise ConfigError(f"--cores {text}: write a hexadecimal bit mask such as f0")
    return int(text, 16)


def _named(
    group: Literal["seen", "unseen", "pairs"], networks: Sequence[MfaSizes]
) -> tuple[KitNetwork, ...]:
    return tuple(
        KitNetwork(name=f"{group}-{number:03}", group=group, sizes=sizes)
        for number, sizes in enumerate(networks)
    )


def _settings_text(settings: KitSettings) -> str:
    # Its frequency is recorded: the highest core of the mask is the fastest on phones.
    core = _mask(settings.affinity).bit_length() - 1
    return (
        f"THREADS={settings.thread_count}\nAFFINITY={settings.affinity}\nCORE={core}\n"
        f"RUNS={settings.runs}\nCOOL_BELOW_C={settings.cool_below_c}\nCOOL_AT_MOST_S=120\n"
    )
