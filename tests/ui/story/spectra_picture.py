# SPDX-License-Identifier: GPL-3.0-or-later
"""The README's picture of spectra: python3 spectra_picture.py PROGRAMS UNPACK_DATA PICTURE.png

Stars of the MILES library, their continuum removed, on the plane of an autoencoder; by colour and solid lines their
temperature, by dashed lines their gravity. The command line prepares and trains, the window shows; both are in PROGRAMS.
"""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from driver import Program, Screen, real_data, require, wait_until

NAME = "spectra"


def prepare(cli, data, session):
    def run(*arguments):
        subprocess.run([str(cli), *map(str, arguments), "--session", str(session)], check=True)
    run("import", data, "--kind", "spectra", "--catalogue", data / "MILES_params.db", "--missing", "99999,9999",
        "--recipe", "stars, continuum removed", "--set", "grid.pixels=2000")
    run("train", "autoencoder")


def choose(program, name, text):
    program.click(name)
    program.screen.xdotool("type", "--delay", 20, text)
    program.keys("Return")
    program.wait(name, currentText=text)


def look(program, screen):
    program.click("tab/Latent")
    choose(program, "latentColumn", "Teff")
    choose(program, "isoColumn0", "Teff")
    choose(program, "isoColumn1", "log g")
    program.move_to("latentSource/3")
    screen.xdotool("click", "--repeat", 3, "--delay", 100, 4)  # closer: a few odd stars lie far away
    program.wait_still("latentCanvas")
    program.click("latentSource/3")
    program.wait("inspectorSpectrum")
    program.keys("n")
    program.wait("filmstripList/0", 60)
    program.move_to("latentSource/3")
    wait_until("the spectrum of a star under the cursor",
               lambda: "star" in program.look().get("spectrumTitle", {}).get("text", ""))
    program.wait_still("latentCanvas")
    screen.screenshot(NAME)


def run(programs, data, picture):
    with tempfile.TemporaryDirectory() as folder:
        session = Path(folder) / "miles.somnium"
        stars = shutil.copytree(data, Path(folder) / "miles_stars")  # whose folder the inspector shows
        prepare(programs / "somnium-cli", stars, session)
        os.environ["SOMNIUM_SCREENSHOTS"] = folder
        with Screen(1280, 800) as screen:
            with Program(screen, programs / "somnium", folder, [session]) as program:
                program.wait("countsText", 60)
                look(program, screen)
                program.quit()
        shutil.move(Path(folder) / (NAME + ".png"), picture)


if __name__ == "__main__":
    require("Xvfb", "xdotool", "openbox", "import")
    run(Path(sys.argv[1]), real_data(sys.argv[2], "spectra/miles_stars"), Path(sys.argv[3]))
