from __future__ import annotations

from pathlib import Path

from engine.core.cancellation import CancelToken
from engine.evaluation.candidates import BicubicCandidate
from engine.evaluation.evaluate import evaluate
from engine.evaluation.picture_metrics import PictureMetrics
from engine.evaluation.tables import column_title, to_csv, to_markdown
from tests.helpers.training import write_photos


def test_tables_hold_every_network_and_every_photo(tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "set2", count=2, side_px=45)
    results = evaluate([BicubicCandidate(scale=2)], [photos], PictureMetrics(), token=CancelToken())

    markdown, lines = to_markdown(results), to_csv(results).splitlines()

    assert markdown.startswith("| model | set | images | psnr_y_db |")
    assert "| bicubic | set2 | 2 |" in markdown
    assert [line.split(",")[2] for line in lines] == ["photo", "0.png", "1.png"]


def test_a_column_has_a_short_title_and_the_others_their_names() -> None:
    assert [column_title(name) for name in ("psnr_y_db", "model")] == ["PSNR-Y", "model"]
