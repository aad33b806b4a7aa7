"""The part of the window's benchmark about the page of searches; it has a process of its own."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from app.dev.bench_parts import WINDOW_PX
from app.dev.timing import wait_until
from app.search.search_page import NAME, SearchPage
from app.shell.app_controller import AppController
from app.shell.application import build_shell
from app.state.settings_store import SettingsStore
from app.window.app_files import AppFiles
from app.window.empty_state import sample_paths
from engine.api import find_searches


def measure_front_click(folder: Path) -> dict[str, object]:
    """Return the time from a click on the front to the first pixels of that network.

    Every network is clicked once, so that each time includes reading its card and loading it. The
    first search that has models is taken, which is the shipped one for a new user; without any
    the figure is None.

    Args:
        folder: Where large pictures may lie.
    """
    shell = build_shell(SettingsStore(None))
    shell.window.resize(*WINDOW_PX)
    shell.window.show()
    controller = AppController(
        shell.window, shell.settings, shell.theming, files=AppFiles(scratch=folder)
    )
    controller.show_page(NAME)
    page = controller.page(NAME, SearchPage)
    page.comparison.open_photo(sample_paths()[0])
    found = find_searches()
    networks = _open_one_with_models(page, [Path(one.path) for one in found])
    times_ms = [_click(page, network) for network in networks]
    shell.window.close()
    # The first click also finds the viewer empty.
    later = times_ms[1:]
    return {
        "front_click_preview_ms": round(statistics.median(later), 1) if later else None,
        "front_click_preview_max_ms": round(max(later), 1) if later else None,
        "front_click_preview_cold_ms": round(times_ms[0], 1) if times_ms else None,
        "front_click_conditions": {
            "networks": len(networks),
            "photo": sample_paths()[0].name,
            "region_px": 512,
        },
    }


def _open_one_with_models(page: SearchPage, folders: list[Path]) -> list[str]:
    """Open the first search that has models; return the ids of its networks that have one."""
    for folder in folders:
        page.open_search(folder)
        wait_until(lambda: page.is_idle)
        state = page.search.state
        if state is not None:
            by_id = {one.id: one for one in state.candidates}
            networks = [name for name in state.front if by_id[name].card is not None]
            if networks:
                wait_until(lambda: page.comparison.photo is not None)
                return networks
    return []


def _click(page: SearchPage, network: str) -> float:
    start = time.perf_counter()
    page.front.chart.activated.emit(network)
    wait_until(lambda: _is_seen(page, network))
    page.view.viewer.repaint()
    seen_ms = (time.perf_counter() - start) * 1000
    wait_until(lambda: page.is_idle and page.view.is_sharp)
    return seen_ms


def _is_seen(page: SearchPage, network: str) -> bool:
    """Return whether a loaded tile shows pixels of ``network``."""
    shown = page.comparison.compared
    if not shown or shown[0].candidate.id != network or not shown[0].preview.used_bytes:
        return False
    return bool(page.tiles.tiles_of(shown[0].picture.picture_id))
