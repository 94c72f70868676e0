# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole story on real spectra of stars: import them with their parameters, train an autoencoder, colour and
contour the latent plane by temperature and gravity, look through the odd ones by two scores, mark one and export them,
hover, pick, find the nearest, lasso, export, quit, open again and find everything as it was. Then a latent space of three
numbers: other axes, and lines of what it decodes."""
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


def look_through_odd_ones(program, screen, path):
    program.click("tab/Outliers")
    program.wait("oddityScore", currentText="Combined")
    program.wait("outliersGallery/0", 60)
    program.click("outliersGallery/0")
    program.wait("oddityReasons", 60, text="what is usual at its S/N")
    screen.screenshot("spectra-odd-combined")
    combined = program.wait("threshold")["value"]
    choose(program, "oddityScore", "Lonely for its S/N")
    wait_until("another histogram", lambda: program.look()["threshold"]["value"] != combined)
    program.wait_still("outliersGallery/0")
    program.click("outliersGallery/0")
    program.wait("oddityReasons", text="odder than")
    screen.screenshot("spectra-odd-lonely")
    program.keys("i")
    program.wait("markedCount", text="1 marked")
    # The next without a mark is looked at by now.
    wait_until("the next source", lambda: "oddityMark" not in program.look())
    program.click("button/Export...")
    export(program, path)
    screen.screenshot("spectra-odd-learned")
    program.click("tab/Latent")


def check_odd_ones(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert 1 <= len(rows) < STARS // 10, len(rows)
    oddities = [float(row["oddity"]) for row in rows]
    assert oddities == sorted(oddities, reverse=True), "the oddest first"
    assert oddities[0] == 1, f"the one that was marked is worth {oddities[0]}"
    assert all(float(row["signal_to_noise"]) > 0 for row in rows)


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


def export(program, path):
    """By the dialog that is open."""
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


def look_at_three_dimensions(program, screen):
    program.click("tab/Latent")
    program.click("tab/A latent space")
    for name, value in (("latentSize", 3), ("latentEpochs", 10)):
        program.click(name)
        program.keys("ctrl+a", *str(value), "Tab")
        program.wait(name, value=value)
    program.click("trainButton")
    program.wait("pauseButton")
    program.wait("trainButton", 180)
    program.wait("latentFirstAxis", 60, currentText="PCA")
    choose(program, "isoColumn0", "EW Mg b (decoded)")
    before = program.wait_still("latentSource/3")
    screen.screenshot("spectra-three-principal")
    choose(program, "latentFirstAxis", "z3")
    wait_until("other places", lambda: program.look().get("latentSource/3", before) != before)
    program.wait("isoColumn0", currentText="EW Mg b (decoded)")
    program.click("isoColumn1")
    program.screen.xdotool("type", "--delay", 20, "Other band")
    program.keys("Return")
    program.enter_text("bandText", "6500:6700/4900:5100")
    program.wait("bandAnswer", text="4900")
    screen.screenshot("spectra-band")
    program.keys("Return")
    program.wait("isoColumn1", currentText="6500:6700/4900:5100 (decoded)")
    program.move_to("latentSource/3")
    wait_until("the spectrum of a star under the cursor",
               lambda: "star" in program.look().get("spectrumTitle", {}).get("text", ""))
    screen.screenshot("spectra-three-axes")


def run(executable, data):
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        session = home / "miles.somnium"
        catalogue = home / "selected.csv"
        with Screen(1280, 800) as screen:
            with Program(screen, executable, home, [data]) as program:
                import_and_train(program, screen, data, session)
                look_through_odd_ones(program, screen, home / "odd.csv")
                check_odd_ones(home / "odd.csv")
                selected = look_around(program, screen)
                program.keys("ctrl+shift+e")
                export(program, catalogue)
                check_catalogue(catalogue, selected)
                program.quit()
            with Program(screen, executable, home, [session]) as program:
                program.wait("countsText", 60, text=f"{selected} selected")
                program.wait("latentColumn", 60, currentText="Teff")
                program.wait("isoColumn1", currentText="log g")
                program.wait("latentSource/3")
                screen.screenshot("spectra-reopened")
                program.click("tab/Outliers")
                program.wait("oddityScore", currentText="Lonely for its S/N")
                program.wait("markedCount", text="1 marked")
                look_at_three_dimensions(program, screen)
                program.quit()


if __name__ == "__main__":
    require("Xvfb", "xdotool", "openbox")
    run(sys.argv[1], real_data(sys.argv[2], "spectra/miles_stars"))
    print("PASSED")
