-- Everything about an election that is asked for stands in its row; versions have the rest.
CREATE TABLE IF NOT EXISTS import (id INTEGER PRIMARY KEY, recorded TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS election (
    id INTEGER PRIMARY KEY,
    folded TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    country TEXT NOT NULL,
    shown TEXT,
    year INTEGER,
    kind TEXT NOT NULL,
    date TEXT,
    previous TEXT,
    next TEXT,
    versions INTEGER NOT NULL,
    current INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS election_place ON election (country, year);
CREATE INDEX IF NOT EXISTS election_previous ON election (previous);
CREATE INDEX IF NOT EXISTS election_next ON election (next);
CREATE TABLE IF NOT EXISTS version (
    id INTEGER PRIMARY KEY,
    election INTEGER NOT NULL,
    number INTEGER NOT NULL,
    import INTEGER NOT NULL,
    source TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    record TEXT NOT NULL,
    UNIQUE (election, number)
);
-- Apart, so that who reads records does not read past texts.
CREATE TABLE IF NOT EXISTS text (version INTEGER PRIMARY KEY, text TEXT NOT NULL);
