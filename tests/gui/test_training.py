"""The page of trainings, on runs that earlier trainings left."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLineEdit, QWidget

from app.training.training_page import NAME, TrainingPage
from engine.runs.events import Metric
from engine.runs.location import runs_folder
from tests.gui.conftest import App, StartApp, drop
from tests.helpers.written_runs import append_events, write_run, write_samples

Open = Callable[[], tuple[App, TrainingPage]]


@pytest.fixture
def runs(own_home: Path) -> Path:
    """The folder of the user's runs."""
    return runs_folder()


@pytest.fixture
def open_page(start_app: StartApp) -> Open:
    """Start the app and show the page once it has read the runs."""

    def start() -> tuple[App, TrainingPage]:
        app = start_app()
        app.controller.show_page(NAME)
        page = app.controller.page(NAME, TrainingPage)
        app.wait(lambda: page.is_settled and page.watch.is_idle)
        return app, page

    return start


def _choose(app: App, page: TrainingPage, run: Path) -> None:
    app.wait(lambda: page.model.row_of(run) >= 0)
    page.panel.choose(run)
    app.wait(lambda: page.is_settled)


def test_without_runs_the_page_offers_a_new_training(open_page: Open) -> None:
    app, page = open_page()

    assert page.model.rows == []
    button = next(b for b in _shown_buttons(page.widget) if b.text() == "New training")
    button.click()
    assert page.new_view.isVisible()
    assert app.shell.window.pages.buttons()[1].isChecked()


def test_runs_are_listed_with_their_states_and_the_newest_is_shown(
    open_page: Open, runs: Path
) -> None:
    write_run(runs, "finished")
    write_run(runs, "killed", done=50, state="running")
    broken = write_run(runs, "broken")
    (broken / "recipe.yaml").write_text("[]")

    _app, page = open_page()

    states = {run.name: run.state for run in page.model.rows}
    assert states == {"finished": "finished", "killed": "interrupted", "broken": "damaged"}
    assert page.panel.current is not None
    texts = [
        page.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
        for row in range(page.model.rowCount())
    ]
    assert "killed, Interrupted" in texts


def test_a_run_shows_charts_and_pictures(open_page: Open, runs: Path) -> None:
    run = write_run(runs, "faithful", samples=[50, 100])

    app, page = open_page()
    _choose(app, page, run)

    assert [tile.title for tile in page.view.charts.tiles.values()] == [
        "Losses",
        "PSNR",
        "Learning rate",
    ]
    pictures = page.view.pictures
    assert [picture.step for picture in pictures.strip.pictures] == [50, 100]
    app.wait(lambda: pictures.viewer.is_sharp)
    assert pictures.viewer.label_texts == ("Input, bicubic", "Step 100")


def test_points_and_pictures_arrive_while_the_page_is_open(open_page: Open, runs: Path) -> None:
    run = write_run(runs, "growing", done=50, samples=[50])
    app, page = open_page()
    _choose(app, page, run)
    assert page.view.pictures.strip.current == 0

    append_events(run, [Metric(step=60, name="loss_l1", value=0.5)])
    write_samples(run, 60)

    loss = page.view.charts.tiles["losses"].chart
    app.wait(lambda: "60" in loss.csv())
    app.wait(lambda: [p.step for p in page.view.pictures.strip.pictures] == [50, 60])
    assert page.view.pictures.strip.current == 1, "who looked at the newest one sees the newest"


def test_one_slider_moves_through_the_steps_and_keeps_the_divider(
    open_page: Open, runs: Path
) -> None:
    run = write_run(runs, "faithful", samples=[25, 50, 75, 100])
    app, page = open_page()
    _choose(app, page, run)
    pictures = page.view.pictures
    app.wait(lambda: pictures.viewer.is_sharp)
    pictures.viewer.handle.setValue(100)

    pictures.slider.setValue(1)

    app.wait(lambda: pictures.viewer.is_sharp)
    assert pictures.viewer.label_texts[1] == "Step 50"
    assert pictures.viewer.handle.value() == 100
    pictures.against.buttons()[1].click()
    assert pictures.viewer.label_texts == ("Original", "Step 50")


def test_the_steps_can_be_played(open_page: Open, runs: Path) -> None:
    run = write_run(runs, "faithful", samples=[25, 50, 75, 100])
    app, page = open_page()
    _choose(app, page, run)
    pictures = page.view.pictures

    pictures.play.click()

    assert pictures.strip.current == 0
    assert pictures.play.accessibleName() == "Stop"
    app.wait(lambda: pictures.strip.current == 3)
    app.wait(lambda: pictures.play.accessibleName() == "Play the steps")


def test_marked_runs_are_drawn_into_the_same_charts(open_page: Open, runs: Path) -> None:
    one, two = (write_run(runs, name) for name in ("one", "two"))
    app, page = open_page()
    _choose(app, page, one)

    page.panel.list.setFocus()
    page.panel.choose(two)
    QTest.keyClick(page.panel.list, Qt.Key.Key_Space)
    page.panel.choose(one)

    chart = page.view.charts
    app.wait(lambda: "loss_l1" in chart.tiles and "two" in chart.tiles["loss_l1"].chart.csv())
    assert "one" in chart.tiles["loss_l1"].chart.csv()


def test_axes_smoothing_and_a_chart_alone(open_page: Open, runs: Path) -> None:
    run = write_run(runs, "faithful")
    app, page = open_page()
    _choose(app, page, run)
    charts = page.view.charts

    charts.axis.buttons()[1].click()
    charts.log.click()
    charts.smoothing.setValue(60)
    losses = charts.tiles["losses"]
    assert losses.chart.axes[0].label == "time"
    assert "50.0" in losses.chart.csv(), "100 steps of half a second"

    losses.enlarge.click()
    assert losses.isVisible()
    assert not charts.tiles["psnr_y_db"].isVisible()
    losses.enlarge.click()
    assert charts.tiles["psnr_y_db"].isVisible()


@pytest.mark.parametrize(
    ("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("csv", b"curve,")]
)
def test_a_chart_is_saved(
    open_page: Open, runs: Path, tmp_path: Path, kind: str, start: bytes
) -> None:
    run = write_run(runs, "faithful")
    app, page = open_page()
    _choose(app, page, run)
    app.dialogs.new_file = tmp_path / f"chart.{kind}"
    menu = page.view.charts.tiles["losses"].save.menu()
    assert menu is not None

    menu.actions()[("png", "svg", "csv").index(kind)].trigger()

    assert (tmp_path / f"chart.{kind}").read_bytes().startswith(start)


def test_a_failed_run_says_why_and_offers_a_copy(open_page: Open, runs: Path) -> None:
    text = "step 7: the loss 'l1' is not finite"
    run = write_run(runs, "fast", done=10, state="failed", failed=("non-finite-loss", text))
    app, page = open_page()
    _choose(app, page, run)
    header = page.view.header

    assert text in header.notice_text
    assert "learning rate" in header.notice_text
    header.copy.click()

    app.wait(page.new_view.isVisible)
    app.wait(lambda: "schedule.steps" in page.new_view.form.rows)
    assert page.draft.values["name"] == "fast"


def test_an_interrupted_run_can_be_resumed_and_a_finished_one_used(
    open_page: Open, runs: Path
) -> None:
    killed = write_run(runs, "killed", done=50, state="running")
    done = write_run(runs, "done")
    app, page = open_page()
    buttons = page.view.header.buttons

    _choose(app, page, killed)
    assert "killed" in page.view.header.notice_text
    assert {name for name, button in buttons.items() if button.isVisible()} == {"resume"}
    _choose(app, page, done)
    assert page.view.header.notice_text == ""
    assert {name for name, button in buttons.items() if button.isVisible()} == {
        "evaluate",
        "export",
        "add",
    }


def test_without_torch_runs_are_shown_and_none_is_started(
    open_page: Open, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = write_run(runs, "killed", done=50, state="running")
    find_spec = __import__("importlib.util").util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == "torch" else find_spec(name)
    )

    app, page = open_page()
    _choose(app, page, run)

    texts = [line.text() for line in page.widget.findChildren(QLineEdit) if line.isVisible()]
    assert any("mfagan-studio[train]" in text for text in texts)
    assert page.view.charts.tiles
    assert not page.view.header.buttons["resume"].isEnabled()
    page.panel.new.click()
    assert not page.new_view.start.isEnabled()


def test_a_folder_that_is_deleted_while_it_is_shown_goes_away(open_page: Open, runs: Path) -> None:
    run, other = write_run(runs, "gone", samples=[50]), write_run(runs, "other")
    app, page = open_page()
    _choose(app, page, run)

    shutil.rmtree(run)

    app.wait(lambda: page.panel.current == other)
    app.wait(lambda: page.is_settled)
    assert [run.name for run in page.model.rows] == ["other"]


def test_a_folder_that_is_dropped_is_listed(open_page: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "elsewhere", "dropped")
    app, page = open_page()

    drop(app, [run])
    app.wait(lambda: page.panel.current == run)

    drop(app, [tmp_path])
    assert "not the folder of a training" in app.shell.window.status_text


def test_recipes_are_compared_field_by_field(open_page: Open, runs: Path) -> None:
    one, two = write_run(runs, "one", batch_size=4), write_run(runs, "two", batch_size=8)
    app, page = open_page()
    _choose(app, page, one)
    page.view.show_tab(2)
    recipe = page.view.recipe

    recipe.other.setCurrentIndex(recipe.other.findData(str(two)))

    model = recipe.table.model()
    app.wait(lambda: model.rowCount() > 0)
    rows = [[model.index(r, c).data() for c in range(3)] for r in range(model.rowCount())]
    assert ["data.batch_size", "4", "8"] in rows
    assert "batch_size: 4" in recipe.text.toPlainText()


def test_log_and_results_of_a_run_are_shown(open_page: Open, runs: Path) -> None:
    run = write_run(runs, "one", state="failed", failed=("config", "name a folder"))
    (run / "job.log").write_text("Training starts.\n")
    (run / "artifacts").mkdir()
    row = {"model": "bicubic", "set": "set5", "psnr_y_db": 30.25}
    (run / "artifacts" / "evaluation-set5.json").write_text(json.dumps({"results": [row]}))
    app, page = open_page()
    _choose(app, page, run)

    page.view.show_tab(3)
    log = page.view.log.text.toPlainText()
    page.view.show_tab(1)

    assert "name a folder" in log
    assert "Training starts." in log
    model = page.view.results.table.model()
    assert [model.index(0, column).data() for column in range(3)] == ["set5", "bicubic", "30.25"]


def test_the_form_and_the_text_are_one_recipe(open_page: Open, tmp_path: Path) -> None:
    app, page = open_page()
    page.panel.new.click()
    view = page.new_view
    assert not view.start.isEnabled()
    app.dialogs.folder = tmp_path
    form = view.form

    form.rows["data.folder"].folder_requested.emit()
    _type(form.rows["schedule.steps"].editor, "250")
    app.wait(view.start.isEnabled)
    view.mode.buttons()[1].click()
    text = view.yaml.toPlainText()
    assert "steps: 250" in text
    assert str(tmp_path) in text

    view.yaml.setPlainText(text.replace("steps: 250", "steps: no number"))
    app.wait(lambda: "schedule.steps" in view.fault_text)
    assert not view.start.isEnabled()
    view.yaml.setPlainText(text.replace("steps: 250", "steps: 300"))
    app.wait(view.start.isEnabled)
    view.mode.buttons()[0].click()
    assert form.rows["schedule.steps"].editor.property("text") == "300"


def test_what_is_wrong_is_said_beside_its_field(open_page: Open, tmp_path: Path) -> None:
    app, page = open_page()
    page.panel.new.click()
    rows = page.new_view.form.rows

    _type(rows["data.folder"].editor, str(tmp_path / "nowhere"))
    _type(rows["schedule.learning_rate"].editor, "-1")

    app.wait(lambda: rows["data.folder"].note.text() == "There is no such folder.")
    app.wait(lambda: "number" in rows["schedule.learning_rate"].note.text())
    assert not page.new_view.start.isEnabled()


def test_fields_are_found_by_words_and_all_of_them_can_be_shown(open_page: Open) -> None:
    _app, page = open_page()
    page.panel.new.click()
    form = page.new_view.form
    few = sum(not row.isHidden() for row in form.rows.values())

    page.new_view.words.setText("jpeg quality")
    assert {path.rpartition(".")[2] for path, row in form.rows.items() if not row.isHidden()} == {
        "jpeg_quality"
    }
    page.new_view.words.clear()
    page.new_view.all.click()

    assert sum(not row.isHidden() for row in form.rows.values()) > 3 * few


def test_another_page_can_begin_a_training(start_app: StartApp) -> None:
    app = start_app()

    app.controller.requests.training_requested.emit("name: asked\nschedule: {steps: 5}\n")

    page = app.controller.page(NAME, TrainingPage)
    assert app.shell.window.page is page.widget
    assert page.new_view.isVisible()
    app.wait(lambda: page.draft.values.get("name") == "asked")


def test_a_finished_run_is_handed_to_the_export(open_page: Open, runs: Path) -> None:
    run = write_run(runs, "done")
    app, page = open_page()
    _choose(app, page, run)
    asked: list[str] = []
    app.controller.requests.export_requested.connect(asked.append)

    page.view.header.buttons["export"].click()

    assert asked == [str(run)]


def test_everything_is_reached_and_named_by_the_keyboard(open_page: Open, runs: Path) -> None:
    write_run(runs, "one", samples=[50, 100])
    write_run(runs, "two", done=50, state="running")
    app, page = open_page()
    for button in (None, page.panel.new):
        if button is not None:
            button.click()
        app.wait(lambda: page.is_settled)
        page.panel.list.setFocus()
        reached: set[QWidget] = set()
        for _ in range(300):
            app.key(Qt.Key.Key_Tab)
            widget = page.widget.window().focusWidget()
            if widget in reached:
                break
            reached.add(widget)
        inside = [widget for widget in reached if page.widget.isAncestorOf(widget)]
        assert len(inside) > 8
        for widget in inside:
            assert _read_out(widget), f"{widget} has no name for screen readers"
        buttons = [b for b in _shown_buttons(page.widget) if b.isEnabled()]
        unreached = [_read_out(b) for b in buttons if b not in reached and not _is_part(b)]
        assert unreached == []


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
def test_no_page_of_a_training_needs_more_than_a_window_of_usual_size(
    open_page: Open, runs: Path, percent: int, direction: Qt.LayoutDirection
) -> None:
    run = write_run(runs, "one", samples=[50, 100])
    app, page = open_page()
    app.shell.settings.set_value("appearance.text_scale", percent)
    page.widget.setLayoutDirection(direction)
    app.shell.window.resize(1280, 800)
    _choose(app, page, run)
    page.panel.new.click()
    app.wait(lambda: page.is_settled)

    assert app.shell.window.width() == 1280
    assert page.widget.width() <= 1280


def _shown_buttons(root: QWidget) -> list[QAbstractButton]:
    return [button for button in root.findChildren(QAbstractButton) if button.isVisible()]


def _read_out(widget: QWidget) -> str:
    """Return what a screen reader calls a widget."""
    name = widget.accessibleName()
    if not name and isinstance(widget, QAbstractButton):
        name = widget.text()
    return name


def _is_part(button: QWidget) -> bool:
    """Return whether a button is part of another control, which has the focus for it."""
    parent = button.parentWidget()
    is_in_view = isinstance(parent, QAbstractItemView)
    return is_in_view or button.focusPolicy() is Qt.FocusPolicy.NoFocus


def _type(editor: QWidget, text: str) -> None:
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, text)
