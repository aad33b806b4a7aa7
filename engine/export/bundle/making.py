"""Makes a bundle: exports a network to each target, verifies each file, and zips the result.

Work lies in a folder beside the bundle until that is whole. What a target has finished is kept
there, so that an export that was stopped goes on where it was; another network or other options
begin anew.

    phone.zip                      the bundle, written in one step at the end
    .phone.zip.mfagan-export/
        key                        what is exported: network, card, options, version
        onnx/…   onnx.json         files of a target, and its report once it is done
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import platform
import shutil
import time
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import filelock
import msgspec

from engine.catalog.card_file import encode_card
from engine.core.atomic_file import make_folder, output_error
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, EngineError, JobCancelled, OutputExistsError
from engine.core.file_hash import hash_file
from engine.core.processor import processor_name
from engine.core.version import product_version
from engine.export.bundle.archive import write_archive
from engine.export.bundle.benchmark_pictures import benchmark_pairs
from engine.export.bundle.manifest import (
    BundledFile,
    BundleManifest,
    Machine,
    State,
    TargetReport,
    Verification,
)
from engine.export.bundle.sample_inputs import parity_sizes
from engine.export.bundle.source import BundleSource, load_network
from engine.export.bundle.verification import (
    BenchmarkSet,
    VerificationTask,
    verify_file,
    write_benchmark,
)
from engine.export.targets.exported_file import ExportedFile
from engine.export.targets.loading import load_target
from engine.export.targets.plain_network import PlainNetwork
from engine.export.targets.target_list import TargetEntry

_LATENCY_PX = 128
_ROUNDS = 15
_KEPT = frozenset({"verified", "written", "impossible"})


class OnEvent(Protocol):
    """Receives what happens, as `mfagan export --json` writes it."""

    def __call__(self, kind: str, /, **values: object) -> None:
        """Take one event."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleRequest:
    """The bundle to make.

    Attributes:
        source: The network.
        targets: Where to export it to.
        out: The zip file.
        runs: Folder of the runs, in which a run is looked up by name.
        benchmarks: Folders of HR photos to measure the loss of each precision on.
        may_replace: Whether an existing file ``out`` may be replaced.
        threads: CPU threads of the measured runs; 0 takes all cores.
        rounds: Timed runs of each file.
    """

    source: BundleSource
    targets: tuple[TargetEntry, ...]
    out: Path
    runs: Path
    benchmarks: tuple[Path, ...] = ()
    may_replace: bool = False
    threads: int = 0
    rounds: int = _ROUNDS


def make_bundle(
    request: BundleRequest, on_event: OnEvent, *, token: CancelToken | None = None
) -> BundleManifest:
    """Export, verify and zip; a target that fails is reported, and the others go on.

    Raises:
        ConfigError: If the network cannot be loaded.
        OutputExistsError: If the bundle exists and must not be replaced.
        OutputError: If it cannot be written.
        JobCancelled: If ``token`` was cancelled; finished targets are kept.
    """
    if os.path.lexists(request.out) and not request.may_replace:
        raise OutputExistsError(f"{request.out}: exists already; name another, or use --replace")
    network = load_network(request.source, runs=request.runs)
    work = _work_folder(request.out)
    make_folder(work)
    try:
        # Two exports to one name would write into each other's files.
        with filelock.FileLock(work / "lock", timeout=0):
            making = _Making(request, network, work, on_event, token or CancelToken())
            manifest = making.run()
    except filelock.Timeout as error:
        raise ConfigError(f"{request.out}: another export is writing it") from error
    shutil.rmtree(work, ignore_errors=True)
    on_event(
        "finished",
        path=str(request.out),
        failed=[t.name for t in manifest.targets if t.state == "failed"],
    )
    return manifest


def export_targets(
    request: BundleRequest,
    network: PlainNetwork,
    work: Path,
    on_event: OnEvent,
    *,
    token: CancelToken | None = None,
) -> tuple[TargetReport, ...]:
    """Export and verify as `make_bundle` does, in the folder ``work``, which keeps the files.

    Raises:
        OutputError: If the folder cannot be written to.
        JobCancelled: If ``token`` was cancelled; finished targets are kept.
    """
    make_folder(work)
    return _Making(request, network, work, on_event, token or CancelToken()).export()


def target_states(network: PlainNetwork, entries: Sequence[TargetEntry]) -> list[TargetReport]:
    """Return for each target whether ``network`` can be exported to it, without exporting."""
    return [_obstacle(network, entry) or _report(entry, "written") for entry in entries]


class _Making:
    """One export; `make_bundle` runs it."""

    def __init__(
        self,
        request: BundleRequest,
        network: PlainNetwork,
        work: Path,
        on_event: OnEvent,
        token: CancelToken,
    ) -> None:
        self._request = request
        self._network = network
        self._work = work
        self._on_event = on_event
        self._token = token
        self._threads = request.threads or _cores()
        self._benchmarks: tuple[BenchmarkSet, ...] | None = None

    def run(self) -> BundleManifest:
        """Export to all targets and write the bundle."""
        return write_archive(
            self._request.out,
            network=self._network,
            work=self._work,
            machine=_machine(),
            reports=self.export(),
            may_replace=self._request.may_replace,
        )

    def export(self) -> tuple[TargetReport, ...]:
        """Export to all targets and verify what they wrote."""
        entries = self._request.targets
        self._on_event(
            "started", model=self._network.card.id, targets=[entry.name for entry in entries]
        )
        _begin(self._work, self._key())
        (self._work / "reference.onnx").write_bytes(self._network.content)
        reports = []
        for done, entry in enumerate(entries):
            self._token.check()
            self._on_event("progress", done=done, total=len(entries), target=entry.name)
            reports.append(self._target(entry))
        self._on_event("progress", done=len(entries), total=len(entries), target="")
        return tuple(reports)

    def _target(self, entry: TargetEntry) -> TargetReport:
        report = self._kept(entry)
        is_kept = report is not None
        if report is None:
            started_s = time.monotonic()
            report = self._exported(entry)
            seconds = round(time.monotonic() - started_s, 2)
            report = msgspec.structs.replace(report, seconds=seconds)
            (self._work / f"{entry.name}.json").write_bytes(msgspec.json.encode(report))
        self._on_event(
            "target",
            name=entry.name,
            state=report.state,
            reason=report.reason,
            kept=is_kept,
            report=msgspec.to_builtins(report),
        )
        return report

    def _exported(self, entry: TargetEntry) -> TargetReport:
        obstacle = _obstacle(self._network, entry)
        if obstacle is not None:
            return obstacle
        folder = self._work / entry.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            self._on_event("converting", target=entry.name)
            # Converters print what they do, and stdout is for events.
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                files = load_target(entry).export(self._network, folder)
            bundled = [
                self._verified(entry, file, folder, number) for number, file in enumerate(files)
            ]
        except JobCancelled:
            raise
        # Converters raise whatever they like; the other targets go on.
        except Exception as error:  # noqa: BLE001
            shutil.rmtree(folder, ignore_errors=True)
            reason = (
                str(error) if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"
            )
            return _report(entry, "failed", reason=reason)
        is_run = all(item.verification is not None for item in bundled)
        reason = "" if is_run else "nothing on this system runs it; its description was checked"
        return _report(
            entry, "verified" if is_run else "written", reason=reason, files=tuple(bundled)
        )

    def _verified(
        self, entry: TargetEntry, file: ExportedFile, folder: Path, number: int
    ) -> BundledFile:
        self._token.check()
        self._on_event("verifying", target=entry.name, file=file.name)
        paths = [folder / path for path in file.paths]
        verification = self._measured(entry, file, folder, number) if file.runtime else None
        return BundledFile(
            file=file,
            sha256={f"{entry.name}/{path}": hash_file(folder / path) for path in file.paths},
            bytes=sum(path.stat().st_size for path in paths),
            verification=verification,
        )

    def _measured(
        self, entry: TargetEntry, file: ExportedFile, folder: Path, number: int
    ) -> Verification:
        rules = self._network.card.size_rules
        sizes = parity_sizes(rules) if file.size is None else (file.size,)
        side = rules.fitting_px(_LATENCY_PX)
        task = VerificationTask(
            target=entry.name,
            file=file,
            folder=str(folder),
            reference=str(self._work / "reference.onnx"),
            scale=self._network.scale,
            channels=self._network.channels,
            sizes=sizes,
            latency_px=file.size or (side, side),
            rounds=self._request.rounds,
            threads=self._threads,
            overlap_px=self._network.card.tile.overlap_px,
            # Further files of a target are the same network, for one size.
            benchmarks=() if number else self._loaded_benchmarks(),
            picture="" if number else str(self._work / f"{entry.name}.png"),
        )
        return verify_file(task)

    def _loaded_benchmarks(self) -> tuple[BenchmarkSet, ...]:
        if self._benchmarks is None:
            self._benchmarks = tuple(
                write_benchmark(
                    self._work / f"benchmark-{number}.npz",
                    benchmark_pairs(folder, self._network),
                    folder.resolve().name,
                )
                for number, folder in enumerate(self._request.benchmarks)
            )
        return self._benchmarks

    def _kept(self, entry: TargetEntry) -> TargetReport | None:
        """Return the report of a target that an earlier, stopped export finished."""
        try:
            content = (self._work / f"{entry.name}.json").read_bytes()
            report = msgspec.json.decode(content, type=TargetReport)
        except (OSError, msgspec.DecodeError):
            return None
        hashes = {path: sha for item in report.files for path, sha in item.sha256.items()}
        try:
            is_whole = all(hash_file(self._work / path) == sha for path, sha in hashes.items())
        except OSError:
            return None
        return report if report.state in _KEPT and is_whole else None

    def _key(self) -> str:
        """Return what tells this export from others that lead to the same bundle."""
        digest = hashlib.sha256()
        patches = b"".join(patch.tobytes() for patch in self._network.patches)
        folders = "\n".join(str(folder.resolve()) for folder in self._request.benchmarks)
        for part in (
            self._network.content,
            self._network.int8 or b"",
            patches,
            encode_card(self._network.card),
            f"{folders}\n{self._threads}\n{self._request.rounds}\n{product_version()}".encode(),
        ):
            digest.update(hashlib.sha256(part).digest())
        return digest.hexdigest()


def _obstacle(network: PlainNetwork, entry: TargetEntry) -> TargetReport | None:
    if entry.missing_packages:
        text = f"needs {', '.join(entry.missing_packages)}: {entry.install_hint}"
        return _report(entry, "missing", reason=text)
    try:
        reason = load_target(entry).feasible(network)
    # Also a runtime that is installed and does not load is an obstacle, with its own words.
    except Exception as error:  # noqa: BLE001
        return _report(entry, "failed", reason=f"{type(error).__name__}: {error}")
    return None if reason is None else _report(entry, "impossible", reason=reason)


def _report(
    entry: TargetEntry,
    state: State,
    *,
    reason: str = "",
    files: tuple[BundledFile, ...] = (),
) -> TargetReport:
    return TargetReport(name=entry.name, title=entry.title, state=state, reason=reason, files=files)


def _work_folder(out: Path) -> Path:
    return out.parent / f".{out.name}.mfagan-export"


def _begin(work: Path, key: str) -> None:
    """Empty ``work`` unless it is of the same export."""
    mark = work / "key"
    try:
        if mark.read_text(encoding="ascii") == key:
            return
    except (OSError, UnicodeDecodeError):
        pass
    try:
        for path in work.iterdir():
            if path.name == "lock":
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        mark.write_text(key, encoding="ascii")
    except OSError as error:
        raise output_error(error, work) from error


def _machine() -> Machine:
    return Machine(
        processor=processor_name(),
        cores=_cores(),
        system=platform.platform(),
        product=product_version(),
        date=dt.datetime.now(tz=dt.UTC).date().isoformat(),
    )


def _cores() -> int:
    # A container may allow fewer cores than the machine has.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
