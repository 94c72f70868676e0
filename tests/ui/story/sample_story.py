# SPDX-License-Identifier: GPL-3.0-or-later
"""The first minute: one click on the sample survey, a map that forms, a prototype, an outlier, a label."""
import sys
import tempfile

from driver import Program, Screen, require


def run(executable):
    with tempfile.TemporaryDirectory() as home, Screen(1280, 800) as screen:
        with Program(screen, executable, home) as program:
            screen.screenshot("start")
            program.click("sampleButton")
            program.wait("guideCard", 60)
            program.wait("neuron/0")
            screen.screenshot("sample-training")
            program.wait("trainButton", 60)
            program.wait("countsText", text="600")
            program.click("neuron/44")
            program.wait("filmstripList/0")
            program.click("filmstripList/0")
            program.wait("countsText", text="1 selected")
            screen.screenshot("sample-map")
            program.keys("2")
            program.click("tab/Labels")
            program.wait("labelCount2", text="1")
            program.click("labelCount2")
            program.keys("ctrl+z")
            program.click("tab/Outliers")
            program.wait("threshold")
            screen.screenshot("sample-outliers")
            program.click("tab/Table")
            program.wait("tableView")
            screen.screenshot("sample-table")
            program.keys("F1")
            program.wait("shortcutsTable")
            screen.screenshot("shortcuts")
            program.keys("Escape")
            program.wait_gone("shortcutsTable")
            program.quit()
    print("PASSED")


if __name__ == "__main__":
    require("Xvfb", "xdotool", "openbox")
    run(sys.argv[1])
