from __future__ import annotations

from pathlib import Path

from PIL import Image

from engine.evaluation.candidates import FileCandidate
from engine.evaluation.crops import write_crops
from tests.helpers.tiny_onnx import write_tiny_onnx
from tests.helpers.training import write_photos


def test_crops_show_bicubic_result_and_reference(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "large", count=1, side_px=200)
    network = FileCandidate(write_tiny_onnx(tmp_path / "net.onnx", scale=2), threads=1)

    written = write_crops(network, [folder], tmp_path / "crops")

    assert [path.name for path in written] == ["net-large-worst.png", "net-large-best.png"]
    with Image.open(written[0]) as picture:
        assert picture.width > 3 * 96
