CREATE TABLE everything (
    id INTEGER PRIMARY KEY,
    flag BOOLEAN NOT NULL,
    whole INTEGER NOT NULL,
    ratio REAL NOT NULL,
    words TEXT NOT NULL,
    "type" VARCHAR(20) NOT NULL,
    raw BLOB NOT NULL,
    document JSON NOT NULL,
    feels TEXT NOT NULL CHECK (feels IN ('happy', 'so-so', 'SAD')),
    civil DATETIME NOT NULL,
    day DATE NOT NULL,
    wakes TIME NOT NULL,
    "Two Words" TEXT
);
