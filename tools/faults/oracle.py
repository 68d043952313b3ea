"""What must be true after a fault run, asked of the database and of the photos' bytes.

The phones are heard one after the other, so that a large run needs no large memory.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tools.faults.base import differences, expected_base, homes
from tools.faults.machine import Machine
from tools.faults.revocations import Revocations
from tools.faults.rules import BROKEN, EFFECTS, TWICE

Row = dict[str, Any]
ACCEPTED = {"ok", "ok_merged"}
SHARED = ("task.",)  # what they act on was the desk's, and went with the backup


@dataclass
class Findings:
    """Counts for the table, and in words each thing that should not be."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """The counts of what should not be."""
        return {what.split(":", 1)[0] for what in self.wrong}

    def blame(self, count: str, what: str) -> None:
        """Count something and say what it is."""
        self.counts[count] += 1
        self.wrong.append(f"{count}: {what}")


class Judge:
    """Holds what phones say against the database, once all has come to rest."""

    def __init__(self, machine: Machine, revocations: Revocations) -> None:
        """Read from the database what every phone is held against."""
        self.findings = Findings()
        self.machine = machine
        self.revocations = revocations
        self.verdicts: dict[str, str] = dict(machine.ask(VERDICTS))
        self.refused: dict[str, Row] = dict(machine.ask(REFUSED))
        self.epoch = str(machine.ask("SELECT epoch FROM sync_meta")[0][0])
        self.homes = homes(machine)
        self.arrived = {row[0] for row in machine.ask("SELECT sha256 FROM blobs")}
        self.effects = {
            name: {str(row[0]): row[1] for row in machine.ask(query)}
            for name, (_, query) in EFFECTS.items()
        }
        self.segments = {
            (str(row[0]), row[1])
            for row in machine.ask("SELECT patrol_id, seq FROM track_segments")
        }

    def hear(self, name: str, user: str, stores: Row) -> None:
        """Judge what a phone holds at the end."""
        self._judge_queue(name, stores)
        stores["photo_ids"] = {photo["photo_id"] for photo in stores["photos"]}
        headless = self._headless(stores)
        for row in stores["journal"]:
            self._judge_restored(name, row, headless)
            self._judge_photos(name, stores, row)
            self._judge_effect(row)
        for row in stores["destroyed"]:
            self._judge_effect(row)
        expected = expected_base(self.machine, user)
        self.findings.counts["records compared"] += len(expected)
        for what in differences(expected, stores):
            self.findings.blame("base differs", f"{name}: {what}")
        for reply in stores.get("pulls", ()):
            self.findings.counts["replies held against revocations"] += 1
            for what in self.revocations.breaches(user, reply):
                self.findings.blame("broken rules", f"{name} was told of {what}")
        for what in vanished(stores["vanished"], self.epoch, self.homes):
            self.findings.blame("broken rules", f"{name}: {what}")
        for what in _complaints(stores):
            self.findings.blame("broken rules", f"{name}: {what}")

    def conclude(self, strange: list[str]) -> None:
        """Judge what the database says without any phone, and what the desk was answered."""
        for what, query in TWICE.items():
            for row in self.machine.ask(query):
                self.findings.blame("applied twice", f"{what} {row}")
        for what, query in BROKEN.items():
            for row in self.machine.ask(query):
                self.findings.blame("broken rules", f"{what} {row}")
        for what in strange:
            self.findings.blame("broken rules", what)

    def _judge_queue(self, name: str, stores: Row) -> None:
        """Invariants 5, 8 and 10, and what the phone says of itself."""
        journal = {row["mutation_id"]: row for row in stores["journal"]}
        dead = {row["mutation_id"]: row for row in stores["dead"]}
        destroyed = {row["mutation_id"] for row in stores["destroyed"]} - journal.keys()
        counts = self.findings.counts
        counts["mutations saved"] += len(journal) + len(destroyed)
        for mutation_id in destroyed:  # the phone says so in any case, or there is a complaint
            counts[f"destroyed on the phone, {self._fate(mutation_id)}"] += 1
        for lost in set(stores["saved"]) - journal.keys() - destroyed:
            what = f"{name} was told {lost} is saved and does not hold it"
            self.findings.blame("mutations lost", what)
        for mutation_id, row in journal.items():
            for count, what in self._faults_of(row, dead.get(mutation_id)):
                self.findings.blame(count, f"{name}: {row['name']} {mutation_id} {what}")
            counts["refused, and settled by their authors"] += row["dismissed"]
            if (verdict := self.verdicts.get(mutation_id)) is not None:
                counts["accepted" if verdict in ACCEPTED else verdict] += 1

    def _fate(self, mutation_id: str) -> str:
        if mutation_id in self.verdicts:
            return "after it was sent"
        was_there = mutation_id in self.machine.accepted
        return "and by the restore" if was_there else "before it was sent"

    def _faults_of(self, row: Row, dead: Row | None) -> Iterator[tuple[str, str]]:
        verdict = self.verdicts.get(row["mutation_id"])
        let_go = row["dismissed"]  # by its author: it is not offered again after a restore
        if verdict is None:
            if not let_go:
                yield "mutations lost", "has no verdict"
            return
        if row["verdict"] != verdict:
            yield "broken rules", f"is {row['verdict']} to the phone and {verdict} to the server"
        if (verdict in ACCEPTED or let_go) == (dead is not None):
            yield "broken rules", f"is {verdict}; in the dead letters: {dead is not None}"
        if dead is not None and dead["args"] != row["args"]:
            yield "broken rules", "has another payload among the dead letters"
        if verdict not in ACCEPTED and self.refused.get(row["mutation_id"]) != row["args"]:
            yield "broken rules", "has another payload among the server's refused ones"

    def _headless(self, stores: Row) -> set[str]:
        """Patrols whose start the phone's storage has lost, and then the restore."""
        return {
            row["args"]["patrol_id"]
            for row in stores["destroyed"]
            if row["name"] == "patrol.start" and row["mutation_id"] not in self.verdicts
        }

    def _judge_restored(self, name: str, row: Row, headless: set[str]) -> None:
        """What a restore has lost must be there again, but where the desk's own part went too."""
        mutation_id = row["mutation_id"]
        if mutation_id not in self.machine.accepted:
            return
        self.findings.counts["accepted before the restore"] += 1
        if self.verdicts.get(mutation_id) in ACCEPTED:
            self.findings.counts["and after it again"] += 1
        elif "server_captured_at" not in row:  # it may have been captured at any time
            self.findings.counts["or refused: the phone never heard of the first verdict"] += 1
        elif row["args"].get("patrol_id") in headless:
            self.findings.counts["or refused: the start of its patrol was lost on both sides"] += 1
        elif not row["name"].startswith(SHARED):
            what = f"{name}: {row['name']} {mutation_id} was accepted until the restore"
            self.findings.blame("mutations lost", what)

    def _judge_photos(self, name: str, stores: Row, row: Row) -> None:
        """Invariant 17: a photo of an accepted record is there, byte for byte."""
        if row["dismissed"]:
            return  # the photos went with it
        accepted = self.verdicts.get(row["mutation_id"]) in ACCEPTED
        for line in row["args"].get("photos", ()):
            self.findings.counts["photos saved"] += 1
            hashes = (line["sha256"], line["thumb_sha256"])
            missing = [one for one in hashes if not self._is_intact(one)]
            if not missing:
                self.findings.counts["photos verified"] += 1
            elif accepted or line["photo_id"] not in stores["photo_ids"]:
                part = "thumbnail" if line["sha256"] not in missing else "original"
                self.findings.blame("photos lost", f"{name}: {part} of {line['photo_id']}")
            else:
                self.findings.counts["photos of refused records, kept on the phone"] += 1

    def _is_intact(self, sha256: str) -> bool:
        file = self.machine.stack.storage / "photos" / sha256[:2] / sha256
        if sha256 not in self.arrived or not file.exists():
            return False
        return hashlib.sha256(file.read_bytes()).hexdigest() == sha256

    def _judge_effect(self, row: Row) -> None:
        """Invariants 1 and 9: what was accepted is there, with the hash of its payload."""
        name, args = row["name"], row["args"]
        if self.verdicts.get(row["mutation_id"]) not in ACCEPTED:
            return
        if name == "patrol.track" and (args["patrol_id"], args["seq"]) not in self.segments:
            self.findings.blame("mutations lost", f"segment {args['patrol_id']} {args['seq']}")
        if name not in EFFECTS:
            return
        record, there = args[EFFECTS[name][0]], self.effects[name]
        if record not in there:
            self.findings.blame("mutations lost", f"{name} {record} was accepted and is not there")
        elif there[record] not in {None, payload_sha256(args)}:
            self.findings.blame("broken rules", f"{name} {record} has another payload")


VERDICTS = "SELECT mutation_id::text, verdict ->> 'verdict' FROM sync_mutations WHERE NOT repeated"
REFUSED = "SELECT mutation_id::text, payload -> 'args' FROM sync_rejected"


def vanished(seen: list[Row], epoch: str, homes: dict[tuple[str, str], str]) -> Iterator[str]:
    """Accepted work that its author could not see for a while (invariant 4).

    Nobody is to blame where its home was not on the phone then: no duty there, a house that had
    moved, a first load under way. An inspection lives where its house was when it was decided,
    which after a restore may be elsewhere.
    """
    for own in seen:
        moved = own["kind"] == "inspection" and own["epoch"] != epoch
        if not moved and homes.get((own["kind"], own["id"])) in own["scopes"]:
            yield f"{own['kind']} {own['id']} left the queue before it was in the base"


def _complaints(stores: Row) -> Iterator[str]:
    if stores["outbox"]:
        yield f"{len(stores['outbox'])} mutations are still in the outbox"
    if stores["status"]["error"]:
        yield f"the last round ended with {stores['status']['error']}"
    if stores["verify_failed"]:
        yield f"a digest differed: {stores['verify_failed']}"
    yield from stores["broken"]


def payload_sha256(args: Row) -> str:
    """The hash of a payload, as section 4 makes it: keys sorted, no spaces, UTF-8."""
    text = json.dumps(args, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
