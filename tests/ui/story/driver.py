# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at a screen of their own: starts the program under Xvfb and uses it by real mouse and key events.

Where to click is read from the file that the program writes when SOMNIUM_UI_GEOMETRY names one.
"""
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

SKIPPED = 77  # SKIP_RETURN_CODE of ctest
STEP_SECONDS = 30.0
STILL_SECONDS = 0.25  # longer than the program takes between two reports of where things are


def require(*commands):
    """Ends the test as skipped, saying why, where a command is not installed."""
    missing = [command for command in commands if not shutil.which(command)]
    if missing:
        print("SKIPPED: not installed: " + ", ".join(missing))
        sys.exit(SKIPPED)


def real_data(tool, name):
    """The folder of a real data set, "radio/mirabest"; the test is skipped, saying so, where it is not."""
    candidates = [Path(os.environ["SOMNIUM_DATA"])] if os.environ.get("SOMNIUM_DATA") else []
    if Path(tool).exists():
        candidates.append(Path(subprocess.run([tool], capture_output=True, text=True, check=False).stdout.strip()))
    for folder in candidates:
        if (folder / name).is_dir():
            return folder / name
    print(f"SKIPPED: real data set {name} not found: set SOMNIUM_DATA to its parent folder")
    sys.exit(SKIPPED)


def wait_until(what, condition, seconds=STEP_SECONDS):
    """Looks ten times a second; returns what the condition returned. Fails naming `what`."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s in vain for: {what}")
        time.sleep(0.1)


class Screen:
    """An X server with a window manager, of its own display number."""

    def __init__(self, width, height):
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.display = ":" + pipe.readline().strip()
        self.environment = dict(os.environ, DISPLAY=self.display)
        self._manager = subprocess.Popen(["openbox"], env=self.environment, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (self._manager, self._server):
            process.terminate()
            process.wait()

    def xdotool(self, *arguments):
        subprocess.run(["xdotool", *map(str, arguments)], env=self.environment, check=True)

    def windows(self, process_id):
        """Numbers of the visible windows of a program."""
        found = subprocess.run(
            ["xdotool", "search", "--all", "--onlyvisible", "--pid", str(process_id), "--name", "."],
            env=self.environment, capture_output=True, text=True, check=False)
        return found.stdout.split()

    def screenshot(self, name):
        """Into $SOMNIUM_SCREENSHOTS, if that is set."""
        folder = os.environ.get("SOMNIUM_SCREENSHOTS")
        if folder and shutil.which("import"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            subprocess.run(["import", "-window", "root", str(Path(folder) / (name + ".png"))],
                           env=self.environment, check=True)


class Program:
    """A running somnium. `home` holds its settings, so that the user's are not touched."""

    def __init__(self, screen, executable, home, arguments=(), scale=1, theme="dark", errors=None):
        self.screen = screen
        self._geometry = Path(home) / "geometry.json"
        self._geometry.unlink(missing_ok=True)
        settings = Path(home) / "config" / "somnium" / "somnium.conf"
        settings.parent.mkdir(parents=True, exist_ok=True)
        if not settings.exists():
            settings.write_text(f"[General]\ntheme={theme}\n")
        environment = dict(
            screen.environment, HOME=str(home), XDG_CONFIG_HOME=str(Path(home) / "config"),
            XDG_CACHE_HOME=str(Path(home) / "cache"), XDG_RUNTIME_DIR=str(home), QT_SCALE_FACTOR=str(scale),
            SOMNIUM_UI_GEOMETRY=str(self._geometry), SOMNIUM_BACKEND="cpu", QT_QPA_PLATFORM="xcb")
        os.chmod(home, 0o700)
        self._process = subprocess.Popen([str(executable), *map(str, arguments)], env=environment, stderr=errors)
        self.wait("mainWindow")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            self.screen.screenshot("failed")
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    @property
    def process_id(self):
        return self._process.pid

    def look(self):
        """Everything visible by name."""
        assert self._process.poll() is None, f"the program ended with {self._process.returncode}"
        try:
            return json.loads(self._geometry.read_text())
        except FileNotFoundError:
            return {}

    def wait(self, name, seconds=STEP_SECONDS, **properties):
        """The widget `name`, once it is visible, enabled and has these properties (a text: contained in it)."""
        def fits():
            widget = self.look().get(name)
            if not widget or not widget["enabled"]:
                return None
            for key, wanted in properties.items():
                found = widget.get(key)
                if not (wanted in found if isinstance(wanted, str) and isinstance(found, str) else found == wanted):
                    return None
            return widget
        return wait_until(f"{name} {properties or ''}", fits, seconds)

    def wait_gone(self, name, seconds=STEP_SECONDS):
        wait_until(f"{name} to go", lambda: name not in self.look(), seconds)

    def wait_still(self, name):
        """The widget `name`, once it stays where it is: a page that just opened is still being laid out."""
        def place(widget):
            return [widget[key] for key in ("x", "y", "width", "height")]
        widget = self.wait(name)
        while True:
            time.sleep(STILL_SECONDS)
            before, widget = widget, self.wait(name)
            if place(before) == place(widget):
                return widget

    def selected_count(self):
        return int(self.look()["countsText"]["text"].split()[0].replace(",", ""))

    def move_to(self, name, dx=0):
        widget = self.wait_still(name)
        self.screen.xdotool("mousemove", int(widget["x"] + widget["width"] / 2 + dx),
                            int(widget["y"] + widget["height"] / 2))

    def click(self, name):
        self.move_to(name)
        self.screen.xdotool("click", 1)

    def drag(self, name, dx):
        """Presses on the widget's middle, moves by dx pixels in steps as a hand does, lets go."""
        self.move_to(name)
        self.screen.xdotool("mousedown", 1)
        for step in range(8):
            self.screen.xdotool("mousemove_relative", "--", round(dx * (step + 1) / 8) - round(dx * step / 8), 0)
        self.screen.xdotool("mouseup", 1)

    def keys(self, *keys):
        self.screen.xdotool("key", *keys)

    def enter_text(self, name, text):
        """Replaces what is in a field."""
        self.click(name)
        self.keys("ctrl+a")
        self.screen.xdotool("type", "--delay", 2, text)
        self.wait(name, text=str(text))

    def quit(self):
        self.keys("ctrl+q")
        assert self._process.wait(timeout=STEP_SECONDS) == 0, f"ended with {self._process.returncode}"
