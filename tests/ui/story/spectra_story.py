# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole story on real spectra of stars: import them with their parameters, train an autoencoder, colour and
contour the latent plane by temperature and gravity, hover, pick, find the nearest, lasso, export, quit, open again and
find everything as it was."""
import csv
import os
import sys
import tempfile
import time
from pathlib import Path

from driver import Program, Screen, real_data, require, wait_until

STARS = 656


def import_and_train(program, screen, data, session):
    program.wait("importSummary", 60, text="spectra")
    program.enter_text("cataloguePath", data / "MILES_params.db")
    program.enter_text("sessionPath", session)
    program.wait("importButton", 60)
    screen.screenshot("spectra-import")
    program.click("importButton")
    program.wait("countsText", 60, text=str(STARS))
    program.wait("latentTrainingForm")
    program.click("latentEpochs")
    program.keys("ctrl+a", "3", "0", "Tab")
    program.wait("latentEpochs", value=30)
    program.click("trainButton")
    program.wait("pauseButton")
    program.wait("latentSource/0", 60)
    screen.screenshot("spectra-training")
    program.wait("trainButton", 180)


def choose(program, name, text):
    """A column by its name, typed as people do."""
    program.click(name)
    program.screen.xdotool("type", "--delay", 20, text)
    program.keys("Return")
    program.wait(name, currentText=text)


def look_around(program, screen):
    choose(program, "latentColumn", "Teff")
    choose(program, "isoColumn0", "Teff")
    choose(program, "isoColumn1", "log g")
    program.move_to("latentSource/3")
    wait_until("the spectrum of a star under the cursor",
               lambda: "star" in program.look().get("spectrumTitle", {}).get("text", ""))
    screen.screenshot("spectra-hover")
    program.click("latentSource/3")
    program.wait("inspectorSpectrum")
    program.keys("n")
    program.wait("filmstripList/0", 60)
    screen.screenshot("spectra-nearest")
    program.keys("l")
    view = program.wait_still("latentCanvas")
    left, top = view["x"] + 0.15 * view["width"], view["y"] + 0.1 * view["height"]
    right, bottom = view["x"] + 0.95 * view["width"], view["y"] + 0.85 * view["height"]
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    program.screen.xdotool("mousemove", int(left), int(top))
    program.screen.xdotool("mousedown", 1)
    for x, y in corners[1:]:
        program.screen.xdotool("mousemove", int(x), int(y))
        time.sleep(0.05)
    program.screen.xdotool("mouseup", 1)
    wait_until("stars inside the lasso", lambda: program.selected_count() > 1)
    program.keys("Escape")
    screen.screenshot("spectra-lasso")
    return program.selected_count()


def export(program, screen, path):
    program.keys("ctrl+shift+e")
    program.wait("exportPath")
    program.click("exportFormat")
    program.keys("Down", "Down", "Return")
    program.wait("exportFormat", currentText="CSV")
    program.enter_text("exportPath", path)
    program.click("exportAccept")
    wait_until("the catalogue", path.exists)


def check_catalogue(path, selected):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert len(rows) == selected, f"{len(rows)} rows, expected {selected}"
    assert len({row["id"] for row in rows}) == selected, "an id occurs twice"
    temperatures = [float(row["Teff"]) for row in rows if row["Teff"]]
    assert temperatures and all(2000 < one < 50000 for one in temperatures), "99999 is no temperature"
    for row in rows:
        float(row["z1"]), float(row["z2"])
        assert float(row["reconstruction_error"]) >= 0, row


def run(executable, data):
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        session = home / "miles.somnium"
        catalogue = home / "selected.csv"
        with Screen(1280, 800) as screen:
            with Program(screen, executable, home, [data]) as program:
                import_and_train(program, screen, data, session)
                selected = look_around(program, screen)
                export(program, screen, catalogue)
                check_catalogue(catalogue, selected)
                program.quit()
            with Program(screen, executable, home, [session]) as program:
                program.wait("countsText", 60, text=f"{selected} selected")
                program.wait("latentColumn", 60, currentText="Teff")
                program.wait("isoColumn1", currentText="log g")
                program.wait("latentSource/3")
                screen.screenshot("spectra-reopened")
                program.quit()


if __name__ == "__main__":
    require("Xvfb", "xdotool", "openbox")
    run(sys.argv[1], real_data(sys.argv[2], "spectra/miles_stars"))
    print("PASSED")
