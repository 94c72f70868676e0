# SPDX-License-Identifier: GPL-3.0-or-later
"""A restless user: random clicks, drags, keys, undos, trainings started and stopped, for a given time.

endurance.py SOMNIUM [SECONDS [SEED [FROZEN_MS]]]: fails if the program ends, if Qt warns, if memory grows beyond its
caches, or if the window did not answer for more than FROZEN_MS (100) on end. Time in which other programs had all
processors does not count, but a busy machine also makes the rest longer: ctest allows 1000 for 20 seconds.
SOMNIUM_ENDURANCE_REPORT names a file for the figures.
"""
import json
import os
import random
import re
import sys
import tempfile
import time
from pathlib import Path

from driver import Program, Screen, require

KEYS = ["1", "2", "3", "0", "u", "Up", "Down", "Left", "Right", "ctrl+z", "ctrl+z", "ctrl+shift+z", "ctrl+a", "Escape",
        "plus", "minus", "Home", "End", "Next", "Prior", "Tab"]
# What would end the test, leave the program, or open something of the system's.
FORBIDDEN = re.compile(r"quit|close|exit|about|theme|screenshot|openAction|newAction|export|figure|import|recent|help|"
                       r"button/(Open|Save|Import|Export|Browse|Cancel)|menu", re.IGNORECASE)
# Said by Qt's X11 part when a window goes while the server still answers for it.
OF_THE_SERVER = re.compile(r"QXcbConnection: XCB error: \d+ \(Bad(Window|Drawable)\)")
WIDTH, HEIGHT, TITLE_HEIGHT = 1280, 800, 24  # of the screen, and of a window's title
MOST_SECONDS_TO_STOP = 120.0  # of a busy machine
ALLOWED_GROWTH = 150 * 1024 ** 2  # bytes between the warm-up's end and the end: caches of pictures and undo


def resident(process_id):
    pages = int(Path(f"/proc/{process_id}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


class Restless:
    def __init__(self, screen, program):
        self._screen = screen
        self._program = program
        self.steps = 0
        self.memory = []

    def targets(self):
        seen = self._program.look()
        return {name: widget for name, widget in seen.items()
                if widget.get("enabled") and not FORBIDDEN.search(name) and name not in ("mainWindow",)
                and widget["width"] > 2 and widget["height"] > 2}

    def pointed(self, widget):
        """Moves onto the widget. False where that is off the screen, or where the window manager's close button is."""
        x = int(widget["x"] + random.uniform(0.1, 0.9) * widget["width"])
        y = int(widget["y"] + random.uniform(0.1, 0.9) * widget["height"])
        if not (0 <= x < WIDTH and TITLE_HEIGHT < y < HEIGHT):
            return False
        self._screen.xdotool("mousemove", x, y)
        return True

    def step(self):
        targets = self.targets()
        if not targets:
            self._program.keys("Escape")
            return time.sleep(0.2)
        kind = random.random()
        # A neuron of a hundred should not outweigh every other thing.
        family = random.choice(sorted({name.split("/")[0] for name in targets}))
        name = random.choice([one for one in targets if one.split("/")[0] == family])
        if kind < 0.80 and not self.pointed(targets[name]):
            return self._program.keys("Escape")
        if kind < 0.55:
            modifiers = random.choice([[], [], [], ["ctrl"], ["shift"]])
            for key in modifiers:
                self._screen.xdotool("keydown", key)
            self._screen.xdotool("click", 1)
            for key in modifiers:
                self._screen.xdotool("keyup", key)
        elif kind < 0.70:
            self._screen.xdotool("mousedown", 1)
            for _ in range(5):
                self._screen.xdotool("mousemove_relative", "--", random.randint(-40, 40), random.randint(-30, 30))
            self._screen.xdotool("mouseup", 1)
        elif kind < 0.80:
            self._screen.xdotool("click", "--repeat", 4, "--delay", 15, random.choice([4, 5]))
        elif kind < 0.93:
            self._program.keys(random.choice(KEYS))
        else:
            self.train_or_stop()
        self.steps += 1

    def train_or_stop(self):
        seen = self._program.look()
        for name in ("stopButton", "trainButton"):
            if seen.get(name, {}).get("enabled"):
                # Not Program.click(), which waits for a button that a training at its end has taken away.
                if self.pointed(seen[name]):
                    self._screen.xdotool("click", 1)
                return None
        return self._program.keys("Escape")

    def run(self, seconds):
        begin = time.monotonic()
        sampled = 0.0
        while (now := time.monotonic() - begin) < seconds:
            self.step()
            if now - sampled > 2.0 and not self.is_training():
                sampled = now
                self.memory.append((round(now), resident(self._program.process_id)))
        return self.rest(begin)

    def is_training(self):
        """Then the program holds what a training needs, which goes when it ends."""
        return self._program.look().get("stopButton", {}).get("enabled", False)

    def close_dialogs(self):
        """One that keeps the window from answering may lie hidden behind another."""
        for window in self._screen.windows(self._program.process_id):
            self._screen.xdotool("windowactivate", window)
            time.sleep(0.1)
            self._program.keys("Escape")

    def rest(self, begin):
        """Ends what runs, and looks at what is left."""
        end = time.monotonic() + MOST_SECONDS_TO_STOP
        while self.is_training():
            assert time.monotonic() < end, "a training does not stop: " + ", ".join(sorted(self._program.look()))
            self.close_dialogs()
            self.train_or_stop()
            time.sleep(1.0)
        for _ in range(4):
            time.sleep(1.0)
            self.memory.append((round(time.monotonic() - begin), resident(self._program.process_id)))
        return self


def report(restless, log, seconds, most_frozen_ms):
    stalls = [tuple(map(int, one)) for one in
              re.findall(r"frozen for (\d+) ms \((\d+) ms at work, (\d+) ms queued\)", log)]
    own = [wall - queued for wall, _, queued in stalls]
    frozen = [ms for ms in own if ms > most_frozen_ms]
    warnings = [line for line in log.splitlines()
                if line and not line.startswith("somnium: frozen") and not OF_THE_SERVER.search(line)]
    warm = restless.memory[len(restless.memory) // 4:]
    quarter = max(1, len(warm) // 4)
    early = sum(size for _, size in warm[:quarter]) / quarter
    late = sum(size for _, size in warm[-quarter:]) / quarter
    figures = {"seconds": seconds, "steps": restless.steps, "resident_early_mb": round(early / 1e6),
               "resident_late_mb": round(late / 1e6),
               "resident_peak_mb": round(max(size for _, size in restless.memory) / 1e6),
               "stalls_over_100_ms": len(stalls), "of_them_frozen": len(frozen),
               "longest_frozen_ms": max(own, default=0), "warnings": warnings[:20]}
    text = json.dumps(figures, indent=1)
    print(text)
    if path := os.environ.get("SOMNIUM_ENDURANCE_REPORT"):
        Path(path).write_text(json.dumps({**figures, "memory": restless.memory, "stalls": stalls}))
    assert not warnings, "something was written to standard error"
    assert late - early < ALLOWED_GROWTH, "the program grows"
    assert not frozen, f"the window did not answer for more than {most_frozen_ms} ms on end"


def run(executable, seconds=75, seed=1, most_frozen_ms=100):
    random.seed(int(seed))
    os.environ["SOMNIUM_UI_STALLS"] = "100"  # before the screen, which keeps the environment for the program
    with tempfile.TemporaryDirectory() as home, Screen(WIDTH, HEIGHT) as screen:
        errors = Path(home) / "errors.txt"
        with errors.open("w") as stream, Program(screen, executable, home, ["--sample"], errors=stream) as program:
            program.wait("trainButton", 120)
            restless = Restless(screen, program).run(float(seconds))
            screen.screenshot("endurance-end")
            program.look()  # it must still be there
        report(restless, errors.read_text(), float(seconds), int(most_frozen_ms))
    print("PASSED")


if __name__ == "__main__":
    require("Xvfb", "xdotool", "openbox")
    run(*sys.argv[1:])
