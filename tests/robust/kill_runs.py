# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills somnium-cli (SIGKILL) at random moments of importing, training, labelling, marking and saving.

kill_runs.py SOMNIUM_CLI [KILLS [SEED]]: after each kill the session must open, be sound to SQLite, and hold every
label and mark that was answered; interrupted imports and trainings must end in the bits of uninterrupted ones.
"""
import collections
import hashlib
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCES = 400
EPOCHS = 30


class Survey:
    """A simulated survey, the session that is maltreated, and the one that is not."""

    def __init__(self, program, folder):
        self._program = program
        self.images = folder / "survey"
        self.session = folder / "killed.somnium"
        self.reference = folder / "whole.somnium"
        self.run("simulate", "radio", "--out", self.images, "--count", SOURCES, "--size", 64)
        self.import_seconds = self.timed(*self.import_verb(self.reference))
        self.train_seconds = self.timed(*self.train_verb(self.reference))
        # Twice what a label takes, so that about half of them are answered.
        self.label_seconds = 2.0 * self.timed("label", "--session", self.reference)
        self.ids = [name.stem for name in sorted(self.images.glob("*.fits")) if name.stem != "truth"]

    def import_verb(self, session):
        return ("import", self.images, "--session", session, "--cutout", 32, "--keep-every", 0, "--catalogue",
                self.images / "truth.fits", "--name", "survey")

    def train_verb(self, session, *more):
        return ("train", "som", "--session", session, "--collection", "survey", "--map", "8x8", "--epochs", EPOCHS,
                "--keep-every", 0, *more)

    def start(self, *arguments):
        return subprocess.Popen([self._program, *map(str, arguments)], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def run(self, *arguments):
        process = self.start(*arguments)
        out, error = process.communicate()
        assert process.returncode == 0, f"{arguments}: {process.returncode}\n{error}"
        return out

    def timed(self, *arguments):
        begin = time.monotonic()
        self.run(*arguments)
        return time.monotonic() - begin

    def kill_during(self, seconds, *arguments):
        """Runs a verb and kills it within that time; what it printed if it was done before, else None."""
        process = self.start(*arguments)
        try:
            out, error = process.communicate(timeout=random.uniform(0.0, seconds))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            return None
        assert process.returncode == 0, f"{arguments}: {process.returncode}\n{error}"
        return out

    def rows(self, sql, session=None):
        with sqlite3.connect(session or self.session) as database:
            return database.execute(sql).fetchall()


def fingerprint_of_samples(session):
    """Of the prepared samples of every collection; unfinished ones are not counted."""
    cache = Path(str(session) + ".cache")
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in cache.glob("*.samples")
            if not path.name.startswith("importing-")}


def prototypes_of(survey, session):
    return survey.rows("SELECT model_part.kind, part, data FROM model_part JOIN model ON model.id = model "
                       "WHERE is_complete = 1 AND model_part.kind <> 'mapping' "
                       "ORDER BY model, model_part.kind, part", session)


class Killer:
    def __init__(self, survey):
        self.survey = survey
        self.answered = set()
        self.scores = collections.defaultdict(lambda: {None})  # by source: what its mark may be now
        self.kills = collections.Counter()
        self.finished = collections.Counter()

    def check(self):
        """The session opens, is sound, and holds what was answered."""
        if not self.survey.session.exists():
            return
        json.loads(self.survey.run("--json", "info", self.survey.session))
        assert self.survey.rows("PRAGMA integrity_check") == [("ok",)]
        assert not self.survey.rows("PRAGMA foreign_key_check")
        labels = {text for (text,) in self.survey.rows("SELECT text FROM label")}
        assert self.answered <= labels, f"lost: {self.answered - labels}"
        for text, count in self.survey.rows("SELECT text, count(*) FROM label GROUP BY text"):
            assert not text.startswith("many") or count == 50, f"{text}: {count} of 50"
        found = dict(self.survey.rows("SELECT source, score FROM mark "
                                      "WHERE collection = (SELECT min(id) FROM collection)"))
        for source, allowed in self.scores.items():
            assert found.get(source) in allowed, f"mark of {source}: {found.get(source)}, not of {allowed}"

    def note(self, what, out):
        (self.kills if out is None else self.finished)[what] += 1

    def importing(self):
        out = self.survey.kill_during(1.2 * self.survey.import_seconds, *self.survey.import_verb(self.survey.session))
        self.note("import", out)
        if out is not None:
            assert fingerprint_of_samples(self.survey.session) == fingerprint_of_samples(self.survey.reference)

    def training(self):
        resume = self.survey.rows("SELECT 1 FROM model WHERE is_complete = 0")
        out = self.survey.kill_during(1.2 * self.survey.train_seconds,
                                      *self.survey.train_verb(self.survey.session, *(["--resume"] if resume else [])))
        self.note("train", out)
        if out is not None:
            assert prototypes_of(self.survey, self.survey.session) == prototypes_of(self.survey, self.survey.reference)

    def labelling(self):
        text = f"label {len(self.answered)} {random.random()}"
        out = self.survey.kill_during(self.survey.label_seconds, "label", "--session", self.survey.session,
                                      "--collection", "survey", "--label", text, "--source", random.choice(self.survey.ids))
        self.note("label", out)
        if out is not None:
            self.answered.add(text)

    def marking(self):
        source, score = random.randrange(SOURCES), random.randrange(6)
        out = self.survey.kill_during(self.survey.label_seconds, "mark", "--session", self.survey.session,
                                      "--collection", "survey", "--source", self.survey.ids[source], "--score", score)
        self.note("mark", out)
        self.scores[source] = {score} | (self.scores[source] if out is None else set())

    def saving(self):
        """Fifty labels in one step: all of them or none."""
        text = f"many {random.random()}"
        out = self.survey.kill_during(self.survey.label_seconds, "label", "--session", self.survey.session,
                                      "--collection", "survey", "--label", text, "--source",
                                      *random.sample(self.survey.ids, 50))
        self.note("save", out)
        if out is not None:
            self.answered.add(text)

    def run(self, wanted):
        while sum(self.kills.values()) < wanted:
            has_survey = self.survey.session.exists() and self.survey.rows("SELECT 1 FROM collection")
            steps = [self.importing]
            if has_survey:
                steps += [self.training, self.labelling, self.marking, self.saving]
            random.choice(steps)()
            self.check()
        # And to the end, as a user would.
        self.survey.run(*self.survey.import_verb(self.survey.session))
        resume = self.survey.rows("SELECT 1 FROM model WHERE is_complete = 0")
        self.survey.run(*self.survey.train_verb(self.survey.session, *(["--resume"] if resume else [])))
        self.check()
        assert prototypes_of(self.survey, self.survey.session) == prototypes_of(self.survey, self.survey.reference)
        assert fingerprint_of_samples(self.survey.session) == fingerprint_of_samples(self.survey.reference)


def main(program, kills=12, seed=1):
    random.seed(int(seed))
    with tempfile.TemporaryDirectory() as folder:
        killer = Killer(Survey(program, Path(folder)))
        killer.run(int(kills))
        print(f"{sum(killer.kills.values())} kills ({dict(killer.kills)}), {sum(killer.finished.values())} ran to "
              f"their end ({dict(killer.finished)}), {len(killer.answered)} answered labels are all there")


if __name__ == "__main__":
    main(*sys.argv[1:])
