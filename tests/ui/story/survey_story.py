# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole story on real radio galaxies: open, import, train, look, drag the threshold, label, export, quit,
open again and find everything as it was."""
import csv
import os
import sqlite3
import sys
import tempfile
from pathlib import Path

from driver import Program, Screen, real_data, require, wait_until

SOURCES = 900


def labels_on_disk(session):
    """{label: number of sources}, read beside the running program."""
    with sqlite3.connect(f"file:{session}?mode=ro", uri=True) as connection:
        return dict(connection.execute("SELECT text, COUNT(*) FROM label GROUP BY text").fetchall())


def wait_for_labels(session, wanted):
    wait_until(f"labels {wanted} on disk", lambda: labels_on_disk(session) == wanted)


def import_and_train(program, screen, session):
    program.wait("importSummary", text=str(SOURCES))
    program.wait("previewText", text="becomes")
    program.enter_text("sessionPath", session)
    screen.screenshot("import")
    program.click("importButton")
    program.wait("countsText", 60, text=str(SOURCES))
    # So many epochs that the training can be seen to run: twelve are over before the first look.
    program.click("epochs")
    program.keys("ctrl+a", "2", "0", "0", "Tab")
    program.wait("epochs", value=200)
    program.click("trainButton")
    program.wait("pauseButton")
    program.wait("neuron/0")
    screen.screenshot("training")
    program.wait("trainButton", 90)


def look_and_label(program, screen, session):
    """Returns the threshold dragged to, and how many sources are beyond it."""
    program.click("neuron/44")
    program.wait("filmstripList/0")
    program.click("filmstripList/0")
    program.wait("countsText", text="1 selected")
    screen.screenshot("map")
    program.keys("1")
    wait_for_labels(session, {"FR I": 1})
    program.click("tab/Outliers")
    # By distance: the scores of the others are still being worked out, however long that takes.
    program.click("oddityScore")
    program.keys("Home", "Down", "Down", "Down", "Down", "Return")
    program.wait("oddityScore", currentText="Distance")
    before = program.wait("threshold")["value"]
    program.drag("threshold", -60)
    wait_until("the threshold to move", lambda: program.look()["threshold"]["value"] < before)
    program.click("button/Select them")
    wait_until("outliers to be selected", lambda: program.selected_count() > 1)
    outliers = program.selected_count()
    screen.screenshot("outliers")
    program.keys("9")
    wait_for_labels(session, {"FR I": 1, "interesting": outliers})
    program.keys("ctrl+z")
    wait_for_labels(session, {"FR I": 1})
    program.keys("ctrl+shift+z")
    wait_for_labels(session, {"FR I": 1, "interesting": outliers})
    return program.look()["threshold"]["value"], outliers


def export(program, screen, path):
    program.keys("ctrl+e")
    program.wait("exportPath")
    program.click("exportFormat")
    program.keys("Down", "Down", "Return")
    program.wait("exportFormat", currentText="CSV")
    program.enter_text("exportPath", path)
    screen.screenshot("export")
    program.click("exportAccept")
    wait_until("the catalogue", path.exists)


def check_catalogue(path, threshold, outliers):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert len(rows) == outliers, f"{len(rows)} rows, expected {outliers}"
    distances = [float(row["distance"]) for row in rows]
    assert distances == sorted(distances, reverse=True), "not furthest first"
    assert min(distances) > threshold * (1 - 1e-6), f"{min(distances)} is not beyond {threshold}"
    for row in rows:
        assert "interesting" in row["labels"], row
        assert 0 <= float(row["best_x"]) < 10 and 0 <= float(row["best_y"]) < 10, row
        assert 0 <= float(row["ra"]) < 360 and -90 <= float(row["dec"]) <= 90, row
    assert len({row["id"] for row in rows}) == outliers, "an id occurs twice"


def check_reopened(program, screen, session, threshold, outliers):
    program.wait("countsText", 60, text=f"{outliers} selected")
    program.wait("filmstripList/0", 60)
    found = program.wait("threshold")["value"]
    assert abs(found - threshold) < 1e-6 * threshold, f"threshold {found}, expected {threshold}"
    screen.screenshot("reopened")
    program.keys("ctrl+z")
    wait_for_labels(session, {"FR I": 1})
    program.keys("ctrl+shift+z")
    wait_for_labels(session, {"FR I": 1, "interesting": outliers})


def show(program, screen, suffix):
    """Every tab, to be looked at."""
    program.wait("filmstripList/0", 60)
    for key, tab in (("1", "map"), ("3", "table"), ("4", "outliers")):
        program.keys(f"ctrl+{key}")
        program.wait({"map": "mapView", "table": "tableView", "outliers": "outliersView"}[tab])
        screen.screenshot(f"{tab}-{suffix}")


def run(executable, data):
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        session = home / "mirabest.somnium"
        catalogue = home / "outliers.csv"
        with Screen(1280, 800) as screen:
            with Program(screen, executable, home, [data / "fits", data / "tars"]) as program:
                import_and_train(program, screen, session)
                threshold, outliers = look_and_label(program, screen, session)
                export(program, screen, catalogue)
                check_catalogue(catalogue, threshold, outliers)
                program.quit()
            with Program(screen, executable, home, [session]) as program:
                check_reopened(program, screen, session, threshold, outliers)
                program.quit()
        if not os.environ.get("SOMNIUM_SCREENSHOTS"):
            return
        with Screen(2560, 1600) as screen, Program(screen, executable, home, [session], scale=2) as program:
            show(program, screen, "2x")
            program.quit()
        light = home / "light"
        light.mkdir()
        with Screen(1280, 800) as screen, Program(screen, executable, light, [session], theme="light") as program:
            show(program, screen, "light")
            program.quit()


if __name__ == "__main__":
    require("Xvfb", "xdotool", "openbox")
    run(sys.argv[1], real_data(sys.argv[2], "radio/mirabest"))
    print("PASSED")
