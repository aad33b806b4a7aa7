from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from engine.catalog.card_file import decode_card
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled, OutputExistsError
from engine.export.bundle.check_bundle import check_bundle
from engine.export.bundle.making import BundleRequest, make_bundle
from engine.export.bundle.manifest import read_manifest
from engine.export.bundle.source import BundleSource
from engine.export.targets.target_list import TargetEntry, target_entries
from tests.helpers.catalogs import put_dial, put_model
from tests.helpers.training import write_photos


class Events:
    """Keeps the events of an export."""

    def __init__(self) -> None:
        self.all: list[tuple[str, dict[str, object]]] = []

    def __call__(self, kind: str, /, **values: object) -> None:
        self.all.append((kind, values))

    def of(self, kind: str) -> list[dict[str, object]]:
        """Return the values of the events of one kind."""
        return [values for name, values in self.all if name == kind]


@pytest.fixture
def tiny(own_home: Path) -> str:
    return put_model(own_home / "data" / "models", "tiny", scale=4).id


def request(
    tmp_path: Path, name: str, targets: str = "onnx-uint8", **more: object
) -> BundleRequest:
    values: dict[str, object] = {"benchmarks": (), "may_replace": False, **more}
    return BundleRequest(
        source=BundleSource(name=name),
        targets=target_entries(targets),
        out=tmp_path / "phone.zip",
        runs=tmp_path / "runs",
        threads=1,
        rounds=2,
        **values,  # type: ignore[arg-type]
    )


def test_a_bundle_holds_files_card_report_snippets_and_its_own_check(
    tmp_path: Path, tiny: str
) -> None:
    manifest = make_bundle(request(tmp_path, tiny, "onnx,ort"), Events())

    assert [report.state for report in manifest.targets] == ["verified", "verified"]
    with zipfile.ZipFile(tmp_path / "phone.zip") as bundle:
        names = set(bundle.namelist())
        card = decode_card(bundle.read("card.json"), source="card.json")
        report = bundle.read("report.md").decode()
        kotlin = bundle.read("snippets/android/OnnxUpscaler.kt").decode()
        network = bundle.read("onnx/tiny-fp32.onnx")
    assert {"check_bundle.py", "report.html", "pictures/onnx.png", "vectors/33x41.png"} <= names
    assert card.id == "tiny"
    assert "tiny-fp32.onnx" in report
    assert "CPU threads: 1; 2 timed runs of each file after warm-up, load average" in report
    assert "| onnx/tiny-fp32.onnx | ONNX Runtime CPU | 1 |" in report
    assert '"lr" to input' in kotlin
    assert "@" not in kotlin
    # The card describes the float32 file as it is.
    assert card.files[0].bytes == len(network)
    assert read_manifest(tmp_path / "phone.zip") == manifest
    # Nothing is left beside it.
    assert [path.name for path in tmp_path.iterdir()] == ["phone.zip"]


def test_each_file_is_measured_in_its_runtime(tmp_path: Path, tiny: str) -> None:
    manifest = make_bundle(request(tmp_path, tiny), Events())

    for item in manifest.targets[0].files:
        found = item.verification
        assert found is not None
        assert found.largest_difference <= item.file.tolerance
        assert found.p95_ms >= found.p50_ms > 0
        assert found.peak_memory_bytes > 1_000_000
        assert found.runtime.startswith("onnxruntime ")


def test_the_loss_of_a_smaller_precision_is_measured_on_a_benchmark(
    tmp_path: Path, tiny: str
) -> None:
    photos = write_photos(tmp_path / "set", count=2, side_px=96)
    source = BundleSource(name=tiny, calibration=photos)

    manifest = make_bundle(
        BundleRequest(
            source=source,
            targets=target_entries("onnx,onnx-int8,onnx-uint8"),
            out=tmp_path / "phone.zip",
            runs=tmp_path,
            benchmarks=(photos,),
            threads=1,
            rounds=2,
        ),
        Events(),
    )

    exact, small, levels = (report.files[0].verification for report in manifest.targets)
    assert exact is not None
    assert small is not None
    assert levels is not None
    assert exact.loss_db == {}
    assert abs(small.loss_db["set"]) < 3
    # The same network for one size is not measured again.
    assert all(
        item.verification is not None and item.verification.loss_db == {}
        for item in manifest.targets[1].files[1:]
    )
    # Float32 that rounds its pictures differs, too.
    assert abs(levels.loss_db["set"]) < 0.1


def test_a_dial_is_fixed_at_one_point(tmp_path: Path, own_home: Path) -> None:
    dial = put_dial(own_home / "data" / "models", "knob")

    manifest = make_bundle(request(tmp_path, dial.id), Events())

    assert manifest.fixed_at == {"restoration": 0.5, "fidelity": 0.15}
    assert decode_card(_read(tmp_path, "card.json"), source="").dial is None


def test_a_network_is_also_named_by_its_card_file(tmp_path: Path) -> None:
    put_model(tmp_path / "found", "from-search")

    manifest = make_bundle(request(tmp_path, str(tmp_path / "found/from-search.json")), Events())

    assert manifest.id == "from-search"
    assert manifest.targets[0].state == "verified"


def test_a_value_for_a_plain_model_is_refused(tmp_path: Path, tiny: str) -> None:
    wrong = BundleRequest(
        source=BundleSource(name=tiny, restoration=0.3),
        targets=target_entries("onnx"),
        out=tmp_path / "phone.zip",
        runs=tmp_path,
    )

    with pytest.raises(ConfigError, match="plain network"):
        make_bundle(wrong, Events())


def test_what_fails_says_why_and_the_rest_goes_on(tmp_path: Path, tiny: str) -> None:
    missing = TargetEntry(
        name="x", title="X", summary="", module="x", extra="export", packages=("no_such_thing",)
    )
    broken = TargetEntry(name="y", title="Y", summary="", module="target")
    base = request(tmp_path, tiny)
    mixed = BundleRequest(
        source=base.source,
        targets=(missing, broken, *target_entries("onnx-int8,ort")),
        out=base.out,
        runs=base.runs,
        threads=1,
        rounds=1,
    )
    events = Events()

    manifest = make_bundle(mixed, events)

    states = {report.name: report.state for report in manifest.targets}
    assert states == {"x": "missing", "y": "failed", "onnx-int8": "impossible", "ort": "verified"}
    assert all(report.reason for report in manifest.targets if report.state != "verified")
    assert events.of("finished")[0]["failed"] == ["y"]


def test_a_stopped_export_goes_on_where_it_was(tmp_path: Path, tiny: str) -> None:
    token = CancelToken()

    def stop_after_first(kind: str, /, **values: object) -> None:
        if kind == "target":
            token.cancel()

    with pytest.raises(JobCancelled):
        make_bundle(request(tmp_path, tiny, "onnx-uint8,ort"), stop_after_first, token=token)
    events = Events()
    make_bundle(request(tmp_path, tiny, "onnx-uint8,ort"), events)

    assert [(e["name"], e["kept"]) for e in events.of("target")] == [
        ("onnx-uint8", True),
        ("ort", False),
    ]


def test_another_network_under_the_same_name_begins_anew(
    tmp_path: Path, tiny: str, own_home: Path
) -> None:
    token = CancelToken()

    def stop_after_first(kind: str, /, **values: object) -> None:
        if kind == "target":
            token.cancel()

    with pytest.raises(JobCancelled):
        make_bundle(request(tmp_path, tiny, "onnx-uint8,ort"), stop_after_first, token=token)
    put_model(own_home / "data" / "models", "tiny", scale=4, seed=5)
    events = Events()
    make_bundle(request(tmp_path, tiny, "onnx-uint8,ort"), events)

    assert not any(event["kept"] for event in events.of("target"))


def test_an_existing_file_is_replaced_only_on_request(tmp_path: Path, tiny: str) -> None:
    (tmp_path / "phone.zip").write_bytes(b"mine")

    with pytest.raises(OutputExistsError):
        make_bundle(request(tmp_path, tiny), Events())

    assert (tmp_path / "phone.zip").read_bytes() == b"mine"
    make_bundle(request(tmp_path, tiny, may_replace=True), Events())
    assert list(check_bundle(tmp_path / "phone.zip"))


def test_the_check_in_the_bundle_runs_without_the_product(tmp_path: Path, tiny: str) -> None:
    make_bundle(request(tmp_path, tiny, "onnx-uint8,ort,darktable"), Events())
    script = tmp_path / "elsewhere" / "check_bundle.py"
    script.parent.mkdir()
    for name in ("check_bundle.py", "check_networks.py"):
        (script.parent / name).write_bytes(_read(tmp_path, name))
    # Isolated from this project, and with all but the three packages refused.
    guard = (
        "import sys, runpy\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('engine', 'app', 'onnx', 'msgspec', 'torch', 'typer'):\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "sys.argv = sys.argv[1:]\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-c", guard, script, tmp_path / "phone.zip"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    assert done.returncode == 0, done.stderr
    assert "onnx-uint8/tiny-uint8.onnx: hash right" in done.stdout
    assert "darktable/tiny.dtmodel: hash right" in done.stdout


def _read(tmp_path: Path, name: str) -> bytes:
    with zipfile.ZipFile(tmp_path / "phone.zip") as bundle:
        return bundle.read(name)


def test_the_manifest_is_plain_json(tmp_path: Path, tiny: str) -> None:
    make_bundle(request(tmp_path, tiny), Events())

    tree = json.loads(_read(tmp_path, "manifest.json"))

    assert tree["targets"][0]["files"][0]["file"]["input"]["dtype"] == "uint8"
