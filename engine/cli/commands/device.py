"""``mfagan device``: measure devices, and predict the latency of networks on them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec
import typer

from engine.cli.command_app import make_app
from engine.cli.commands.device_kit import (
    InputOption,
    ReplaceOption,
    import_phone_kit,
    write_phone_kit,
)
from engine.cli.common_options import JsonOption
from engine.cli.device_output import described, show_profile
from engine.cli.device_tables import (
    FORECAST_COLUMNS,
    check_rows,
    forecast_row,
    list_row,
    width_rows,
)
from engine.cli.input_size import parse_input_size
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.core.cancellation import CancelToken
from engine.core.errors import OutputExistsError
from engine.runs.devices import own_profiles_folder
from engine.search.devices.checking import check_networks
from engine.search.devices.measuring import MeasureSettings, measure_device, measure_widths
from engine.search.devices.networks import read_layers
from engine.search.devices.predictor import (
    forecast_latency,
    require_measured,
)
from engine.search.devices.profile_files import (
    find_profile,
    list_profiles,
    save_profile,
)

app = make_app(runs_alone=True)

ProfileArgument: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="PROFILE", help="Id of a profile, or its JSON file."),
]
app.command("kit")(write_phone_kit)
app.command("import")(import_phone_kit)


@app.callback()
def device(context: typer.Context, *, is_json: JsonOption = False) -> None:
    """Measure devices, and predict the latency of networks on them.

    For example:

        mfagan device measure --id my-computer

        mfagan device kit phone-kit --id my-phone

        mfagan device predict my-computer snapdragon-865-cpu-fp32 --network model.onnx
    """
    if context.invoked_subcommand is None:
        _list(Output(is_json=is_json))


@app.command("list")
def list_devices(*, is_json: JsonOption = False) -> None:
    """List the device profiles of this installation."""
    _list(Output(is_json=is_json))


@app.command("show")
def show_device(profile_id: ProfileArgument, *, is_json: JsonOption = False) -> None:
    """Show a profile: how it was made, how accurate it is, its tables."""
    output = Output(is_json=is_json)
    show_profile(find_profile(profile_id), output)


@app.command("measure")
def measure(
    *,
    profile_id: Annotated[
        str, typer.Option("--id", help="Id of the profile: letters, digits, dots and dashes.")
    ] = "this-computer",
    size: InputOption = "180x320",
    threads: Annotated[
        int, typer.Option(min=0, help="CPU threads; 0 uses all physical cores.")
    ] = 1,
    networks: Annotated[
        int, typer.Option(min=20, help="Random networks that the predictor is fitted to.")
    ] = 160,
    unseen: Annotated[
        int, typer.Option(min=0, help="Further random networks that only test the predictor.")
    ] = 100,
    rounds: Annotated[int, typer.Option(min=2, help="Timed runs of each network.")] = 8,
    has_blocks: Annotated[
        bool, typer.Option("--blocks/--no-blocks", help="Measure the table of block latencies.")
    ] = True,
    is_widths_only: Annotated[
        bool,
        typer.Option("--widths", help="Only show the latency of 3x3 convolutions by width."),
    ] = False,
    is_replacing: ReplaceOption = False,
    is_json: JsonOption = False,
) -> None:
    """Measure this computer and save its profile.

    Every network is timed between two runs of a reference network, so that load and changes of
    the CPU's frequency affect both alike. Still, close other programs: the profile shows how much
    the reference's latency varied.

    For example:

        mfagan device measure --id my-computer --unseen 100

        mfagan device measure --widths
    """
    output = Output(is_json=is_json)
    height_px, width_px = parse_input_size(size)
    settings = MeasureSettings(
        profile_id=profile_id,
        height_px=height_px,
        width_px=width_px,
        thread_count=threads,
        networks=networks,
        unseen=unseen,
        rounds=rounds,
        has_blocks=has_blocks,
    )
    if is_widths_only:
        with _measuring(output) as (progress, token):
            widths = measure_widths(settings, progress=progress, token=token)
        if is_json:
            output.document(
                {"input": size, "threads": threads, "widths": msgspec.to_builtins(widths)}
            )
        output.table(*width_rows(widths))
        return
    _require_free_name(profile_id, is_replacing=is_replacing)
    with _measuring(output) as (progress, token):
        profile = measure_device(settings, progress=progress, token=token)
    path = save_profile(profile, is_replacing=is_replacing)
    show_profile(profile, output)
    output.note(f"Saved as {path}")


@app.command("predict")
def predict(
    profile_ids: Annotated[
        list[str],
        typer.Argument(metavar="PROFILE...", help="Ids of profiles, or their JSON files."),
    ],
    *,
    networks: Annotated[
        list[Path],
        typer.Option("--network", metavar="FILE", help="ONNX network. Repeatable."),
    ],
    size: InputOption = "180x320",
    is_json: JsonOption = False,
) -> None:
    """Predict the latency of ONNX networks on devices.

    Latencies composed of measured times and estimates of devices that were never at hand are
    shown in different columns, because their errors differ by an order of magnitude.

    For example:

        mfagan device predict snapdragon-865-cpu-fp32 --network model.onnx
    """
    output = Output(is_json=is_json)
    height_px, width_px = parse_input_size(size)
    profiles = [find_profile(name) for name in profile_ids]
    rows = []
    for network in networks:
        layers = read_layers(network)
        for profile in profiles:
            found = forecast_latency(profile, layers, height_px=height_px, width_px=width_px)
            output.event(
                "forecast",
                network=network,
                profile=profile.id,
                input=size,
                **msgspec.to_builtins(found),
            )
            rows.append(forecast_row(network.name, profile.id, found))
    output.table(FORECAST_COLUMNS, rows)


@contextmanager
def _measuring(output: Output) -> Iterator[tuple[Callable[[int, int], None], CancelToken]]:
    """Give what shows the progress of a measurement, and what Ctrl+C cancels."""
    with cancel_on_interrupt() as token, output.progress() as bars:
        task = bars.add_task("Measuring", total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total), token


@app.command("check")
def check(
    profile_id: ProfileArgument,
    *,
    networks: Annotated[
        list[Path],
        typer.Option("--network", metavar="FILE", help="ONNX network. Repeatable."),
    ],
    rounds: Annotated[int, typer.Option(min=2, help="Timed runs of each network.")] = 8,
    is_json: JsonOption = False,
) -> None:
    """Measure ONNX networks on this computer, and compare with what its profile predicts.

    For example:

        mfagan device check my-computer --network model.onnx
    """
    output = Output(is_json=is_json)
    profile = require_measured(find_profile(profile_id))
    with _measuring(output) as (progress, token):
        found = check_networks(profile, networks, rounds=rounds, progress=progress, token=token)
    for row in found:
        output.event("checked", **dataclasses.asdict(row), error=row.error)
    output.table(*check_rows(found))


def _require_free_name(profile_id: str, *, is_replacing: bool) -> None:
    # Before minutes of measuring, not after.
    path = own_profiles_folder() / f"{profile_id}.json"
    if path.exists() and not is_replacing:
        raise OutputExistsError(f"{path} exists; use another --id, or --replace")


def _list(output: Output) -> None:
    entries, broken = list_profiles()
    if output.is_json:
        output.document(
            {
                "profiles": [
                    {
                        **described(entry.profile),
                        "place": entry.origin,
                        "path": entry.path,
                    }
                    for entry in entries
                ],
                "broken": [{"path": file.path, "text": file.reason} for file in broken],
            }
        )
    columns = ("Profile", "Device", "Computes", "Latencies are")
    output.table(columns, [list_row(entry.profile) for entry in entries])
    for file in broken:
        output.note(f"Left out: {file.reason}")
