from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.services.queue_file import load_queue, save_queue
from app.services.session_file import MAXIMUM_RECENT, Session, load_session, save_session
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.queue_store import ItemState, QueueItem

_CHOICE = ProcessingChoice(model_id="m", target=TargetChoice(kind="print", value=30, dpi=240))


def test_what_was_under_way_waits_again(tmp_path: Path) -> None:
    path = tmp_path / "queue.json"
    items = tuple(
        QueueItem(item_id=n, path=tmp_path / f"{n}.jpg", choice=_CHOICE, state=state)
        for n, state in enumerate((ItemState.RUNNING, ItemState.PAUSED, ItemState.FAILED))
    )

    save_queue(path, items)

    states = [item.state for item in load_queue(path)]
    assert states == [ItemState.WAITING, ItemState.WAITING, ItemState.FAILED]


def test_a_finished_item_comes_back_with_its_choice_and_result(tmp_path: Path) -> None:
    item = QueueItem(item_id=0, path=tmp_path / "ä.jpg", choice=_CHOICE, state=ItemState.DONE)
    item = replace(item, result=tmp_path / "ä-x4.jpg", fraction=1.0, consistency_mean=0.5)

    save_queue(tmp_path / "queue.json", (item,))

    assert load_queue(tmp_path / "queue.json") == (item,)


def test_a_broken_queue_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "queue.json"
    path.write_text('{"items": [{"path": 1}]}')

    assert load_queue(path) == ()


def test_the_last_photo_is_the_first_recent_one_and_old_ones_go(tmp_path: Path) -> None:
    session = Session()
    for number in range(MAXIMUM_RECENT + 3):
        session = session.with_recent(Path(f"/{number}.jpg"))
    session = session.with_recent(Path("/5.jpg"))

    save_session(tmp_path / "session.json", session)

    recent = load_session(tmp_path / "session.json").recent
    assert recent[0] == "/5.jpg"
    assert len(recent) == len(set(recent)) == MAXIMUM_RECENT
