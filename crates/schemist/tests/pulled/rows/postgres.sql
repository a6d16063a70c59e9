CREATE SCHEMA shop;
CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE EXTENSION ltree;
CREATE EXTENSION cube;
CREATE TYPE mood AS ENUM ('happy', 'so-so', 'SAD');
CREATE TYPE shop."Trade" AS ENUM ('BUY', 'SELL');
CREATE DOMAIN mail AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN age AS integer CHECK (VALUE > 0);
CREATE DOMAIN little AS age CHECK (VALUE < 100);
CREATE DOMAIN temper AS mood;

CREATE TABLE plain (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    flag boolean NOT NULL,
    tiny "char" NOT NULL,
    small smallint NOT NULL,
    whole integer NOT NULL,
    short real NOT NULL,
    long double precision NOT NULL,
    exact numeric(12,4) NOT NULL,
    price money NOT NULL,
    words text NOT NULL,
    "type" varchar(20) NOT NULL,
    code char(3) NOT NULL,
    called name NOT NULL,
    folded citext NOT NULL,
    mail mail NOT NULL,
    age little NOT NULL,
    temper temper NOT NULL,
    raw bytea NOT NULL,
    key uuid NOT NULL,
    document jsonb NOT NULL,
    written json NOT NULL,
    feels mood NOT NULL,
    trade shop."Trade" NOT NULL,
    "Two Words" text
);

CREATE TABLE times (
    id integer PRIMARY KEY,
    moment timestamptz(3) NOT NULL,
    civil timestamp NOT NULL,
    day date NOT NULL,
    wakes time NOT NULL,
    there timetz NOT NULL,
    lasts interval NOT NULL,
    later timestamptz
);

CREATE TABLE places (
    id integer PRIMARY KEY,
    address inet NOT NULL,
    net cidr NOT NULL,
    card macaddr NOT NULL,
    few bit(3) NOT NULL,
    bits varbit NOT NULL,
    path ltree NOT NULL,
    pairs hstore NOT NULL,
    corner cube NOT NULL,
    identity oid NOT NULL,
    here point NOT NULL,
    straight line NOT NULL,
    part lseg NOT NULL,
    frame box NOT NULL,
    way path NOT NULL,
    area polygon NOT NULL,
    round circle NOT NULL,
    span int4range NOT NULL,
    wide int8range NOT NULL,
    amounts numrange NOT NULL,
    period tstzrange NOT NULL,
    hours tsrange NOT NULL,
    days daterange NOT NULL
);

CREATE TABLE lists (
    id integer PRIMARY KEY,
    flags boolean[] NOT NULL,
    numbers integer[] NOT NULL,
    exact numeric[] NOT NULL,
    words text[] NOT NULL,
    codes varchar(5)[] NOT NULL,
    raws bytea[] NOT NULL,
    keys uuid[] NOT NULL,
    documents jsonb[] NOT NULL,
    moods mood[] NOT NULL,
    trades shop."Trade"[] NOT NULL,
    moments timestamptz[] NOT NULL,
    days date[] NOT NULL,
    addresses inet[] NOT NULL,
    cards macaddr[] NOT NULL,
    strings varbit[] NOT NULL,
    prices money[] NOT NULL,
    lasts interval[] NOT NULL,
    corners cube[] NOT NULL,
    paths ltree[] NOT NULL,
    spots point[] NOT NULL,
    spans int4range[] NOT NULL,
    folded citext[] NOT NULL,
    mails mail[],
    ages age[],
    none text[]
);

-- What Rust has nothing like.
CREATE TABLE odd (
    id integer PRIMARY KEY,
    found tsvector NOT NULL,
    document xml
);
