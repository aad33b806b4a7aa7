"""``mfagan device kit`` and ``mfagan device import``: measure a phone through adb."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from engine.cli.common_options import JsonOption
from engine.cli.device_output import show_profile
from engine.cli.input_size import parse_input_size
from engine.cli.output import Output
from engine.search.devices.kit import KitSettings, write_kit
from engine.search.devices.kit_answers import import_answers
from engine.search.devices.profile_files import save_profile

InputOption: TypeAlias = Annotated[
    str, typer.Option("--input", metavar="HEIGHTxWIDTH", help="Size of the LR input.")
]
ReplaceOption: TypeAlias = Annotated[
    bool, typer.Option("--replace", help="Replace an existing profile of the same id.")
]


def write_phone_kit(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="New folder for the kit; about 200 MB by default."),
    ],
    *,
    profile_id: Annotated[str, typer.Option("--id", help="Id of the phone's profile.")],
    size: InputOption = "180x320",
    threads: Annotated[int, typer.Option(min=1, help="CPU threads.")] = 4,
    cores: Annotated[
        str,
        typer.Option(
            help="Cores that run the networks, as a hexadecimal bit mask; f0 is the last four of "
            "eight, the fast ones of most phones."
        ),
    ] = "f0",
    networks: Annotated[
        int, typer.Option(min=20, help="Random networks that the predictor is fitted to.")
    ] = 120,
    unseen: Annotated[
        int, typer.Option(min=0, help="Further random networks that only test the predictor.")
    ] = 40,
    has_blocks: Annotated[
        bool, typer.Option("--blocks/--no-blocks", help="Include the networks of equal blocks.")
    ] = True,
    runs: Annotated[int, typer.Option(min=1, help="Timed runs of each network.")] = 20,
    cool_below: Annotated[
        int, typer.Option(min=20, help="Start a network below this temperature, in degrees C.")
    ] = 40,
    is_json: JsonOption = False,
) -> None:
    """Write a folder that measures an Android phone through adb.

    It holds the networks, a script that runs them on the phone with ONNX Runtime's benchmark
    program on fixed cores and lets it cool down in between, and templates of the answers. Its
    README.md says what to do; `mfagan device import` then makes the profile.

    For example:

        mfagan device kit phone-kit --id my-phone --threads 4 --cores f0
    """
    output = Output(is_json=is_json)
    height_px, width_px = parse_input_size(size)
    settings = KitSettings(
        profile_id=profile_id,
        height_px=height_px,
        width_px=width_px,
        thread_count=threads,
        affinity=cores,
        networks=networks,
        unseen=unseen,
        has_blocks=has_blocks,
        runs=runs,
        cool_below_c=cool_below,
    )
    made = write_kit(folder, settings)
    output.event("kit", folder=folder, networks=len(made.networks))
    output.text(f"{len(made.networks)} networks and their reference; see {folder / 'README.md'}")


def import_phone_kit(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder of a kit, with the answers in it.")
    ],
    *,
    is_replacing: ReplaceOption = False,
    is_json: JsonOption = False,
) -> None:
    """Make a phone's profile of the answers to a kit."""
    output = Output(is_json=is_json)
    profile = import_answers(folder)
    path = save_profile(profile, is_replacing=is_replacing)
    show_profile(profile, output)
    output.note(f"Saved as {path}")
