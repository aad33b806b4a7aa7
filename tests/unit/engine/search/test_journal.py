from __future__ import annotations

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from engine.core.cancellation import CancelToken
from engine.runs.candidate_files import CandidateFiles
from engine.search.run import run_search
from tests.helpers.toy_search import toy_recipe, toy_run

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))


@pytest.fixture
def postgresql() -> Iterator[str]:
    """Start a server of its own that is reached through a socket, and return its URL."""
    if not _PROGRAMS:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    # A short path that the server's own user may enter, as it refuses to run as root.
    with TemporaryDirectory(dir="/tmp") as name:
        folder, programs, command = Path(name), _PROGRAMS[-1].parent, []
        if getpass.getuser() == "root":
            shutil.chown(folder, "postgres")
            # Where an administrator's programs are, which not every PATH has.
            found = shutil.which("runuser", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
            command = [found or "runuser", "-u", "postgres", "--"]
        data = str(folder / "data")
        control = [*command, str(programs / "pg_ctl"), "-D", data, "-w", "-l", f"{name}/log"]
        initialize = [*command, str(programs / "initdb"), "-D", data, "-A", "trust", "-U", "test"]
        subprocess.run(initialize, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*control, "-o", f"-k {name} -h ''", "start"], check=True)
        folder.chmod(0o755)
        try:
            yield f"postgresql+psycopg2://test@/postgres?host={name}"
        finally:
            subprocess.run([*control, "stop", "-m", "immediate"], check=True)


def test_two_workers_share_a_search_in_postgresql(tmp_path: Path, postgresql: str) -> None:
    recipe = toy_recipe(tmp_path, storage=postgresql, budget=10, workers=2)
    run = toy_run(tmp_path, recipe)

    run_search(recipe, run, token=CancelToken(), report=lambda _: None)

    assert len(CandidateFiles(run.path).all()) == 10
