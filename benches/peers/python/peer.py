"""What a journalist would pick instead of hustings, on the pages of a wiki that all other peers have as texts.

  python3 peer.py parse PAGES FOLDER COUNT     mwparserfromhell reads each box, sqlite3 keeps it
  python3 peer.py history PAGES FOLDER COUNT   a repository of their records, through git-history

Prints how many versions were kept and how many seconds that took, as JSON. Reading the pages is not counted,
nor is making the repository, which a journalist has already.
"""

import json
import sqlite3
import struct
import subprocess
import sys
import time
from pathlib import Path

import mwparserfromhell


def pages(file, count):
    """Names and texts, each with its length before it."""
    found = []
    with open(file, "rb") as given:
        while len(found) < count and (lengths := given.read(8)):
            name, text = struct.unpack("<II", lengths)
            found.append((given.read(name).decode(), given.read(text).decode()))
    return found


def fields(text):
    """The parameters of the box, as text."""
    box = mwparserfromhell.parse(text).filter_templates(matches="Infobox election")[0]
    return {str(p.name).strip(): p.value.strip_code().strip() for p in box.params}


def parse(given, folder):
    db = sqlite3.connect(folder / "elections.db")
    db.executescript(
        """
        PRAGMA journal_mode = WAL;
        CREATE TABLE version (id INTEGER PRIMARY KEY, title TEXT, number INTEGER, country TEXT, year INTEGER,
            previous TEXT, next TEXT, record TEXT, text TEXT, UNIQUE (title, number));
        CREATE INDEX version_place ON version (country, year);
        CREATE INDEX version_previous ON version (previous);
        CREATE INDEX version_next ON version (next);
        """
    )
    with db:
        for _, text in given:
            record = fields(text)
            title = record["election_name"]
            (number,) = db.execute("SELECT count(*) + 1 FROM version WHERE title = ?", (title,)).fetchone()
            db.execute(
                "INSERT INTO version (title, number, country, year, previous, next, record, text)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    title,
                    number,
                    record["country"],
                    int(title.split()[0]),
                    record.get("previous_election"),
                    record.get("next_election"),
                    json.dumps(record),
                    text,
                ),
            )
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return db.execute("SELECT count(*) FROM version").fetchone()[0]


def repository(given, folder):
    """One commit for every twenty versions, of a file with the latest of each election."""

    def git(*words):
        subprocess.run(["git", "-C", folder, *words], check=True, stdout=subprocess.DEVNULL)

    git("init", "--quiet", "--initial-branch", "main")
    git("config", "user.name", "nobody")
    git("config", "user.email", "nobody@example.org")
    git("config", "commit.gpgsign", "false")
    records = {}
    for at in range(0, len(given), 20):
        for _, text in given[at : at + 20]:
            record = fields(text)
            # A version that follows in the same commit would be lost.
            title = record["election_name"]
            while title in records:
                title += "'"
            records[title] = {**record, "election_name": title}
        (folder / "elections.json").write_text(json.dumps(list(records.values()), indent=1))
        git("add", "elections.json")
        git("commit", "--quiet", "--message", f"{at}")


def history(folder):
    db = folder / "history.db"
    words = ["file", db, "elections.json", "--repo", folder, "--id", "election_name", "--silent"]
    # The program of the same Python.
    subprocess.run([Path(sys.executable).parent / "git-history", *words], check=True, cwd=folder)
    return sqlite3.connect(db).execute("SELECT count(*) FROM item_version").fetchone()[0]


def main():
    work, file, folder, count = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
    given = pages(file, count)
    if work == "history":
        repository(given, folder)
    start = time.perf_counter()
    versions = history(folder) if work == "history" else parse(given, folder)
    print(json.dumps({"versions": versions, "seconds": time.perf_counter() - start}))


main()
