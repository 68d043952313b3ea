"""The floor: the same work by Flask and psycopg alone, with a token and no product around it."""

from __future__ import annotations

import gzip
import hashlib
import os
import threading
from pathlib import Path

import orjson
import psycopg
from flask import Flask, Response, request

DATABASE = os.environ.get("FLOOR_DATABASE", "")
FOLDER = Path(os.environ.get("FLOOR_FOLDER", "."))
TABLES = """
CREATE TABLE tokens (token text PRIMARY KEY, scope text NOT NULL);
INSERT INTO tokens VALUES ('t', 'reader'), ('w', 'writer');
CREATE TABLE records (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), mutation_id uuid UNIQUE,
    body json NOT NULL);
CREATE TABLE feed (scope text, version bigint, body text NOT NULL, PRIMARY KEY (scope, version));
CREATE TABLE photos (sha256 text PRIMARY KEY, bytes int NOT NULL);
"""
INSERT = (
    "INSERT INTO records (mutation_id, body) SELECT (m ->> 'mutation_id')::uuid, m"
    " FROM json_array_elements(%s) AS m ON CONFLICT DO NOTHING"
)
SELECT = (
    "SELECT version, body FROM feed WHERE scope = %s AND version > %s ORDER BY version LIMIT %s"
)

app = Flask(__name__)
local = threading.local()


def connection() -> psycopg.Connection:
    """This thread's connection."""
    if not hasattr(local, "connection"):
        local.connection = psycopg.connect(DATABASE, autocommit=True)
    known: psycopg.Connection = local.connection
    return known


def scope() -> str:
    """Whose token it is."""
    token = request.headers.get("X-Token", "")
    row = connection().execute("SELECT scope FROM tokens WHERE token = %s", [token]).fetchone()
    if row is None:
        raise PermissionError
    return str(row[0])


@app.post("/push")
def push() -> Response:
    """Keep a batch by one statement."""
    scope()
    batch = orjson.loads(gzip.decompress(request.get_data()))["mutations"]
    connection().execute(INSERT, [orjson.dumps(batch).decode()])
    return Response(orjson.dumps({"last_mid": batch[-1]["mid"]}))


@app.post("/pull")
def pull() -> Response:
    """What comes after the cursor; 204 where nothing does."""
    ask = orjson.loads(request.get_data())
    rows = connection().execute(SELECT, [scope(), ask["cursor"], ask["limit"]])
    lines = rows.fetchall()
    if not lines:
        return Response(status=204)
    head = f'{{"next":{lines[-1][0]},"rows":['
    text = head + ",".join(body for _, body in lines) + "]}"
    return Response(gzip.compress(text.encode(), 1), headers={"Content-Encoding": "gzip"})


@app.put("/photo")
def photo() -> Response:
    """Keep bytes, durably, and a row about them."""
    scope()
    data = request.get_data()
    name = hashlib.sha256(data).hexdigest()
    with (FOLDER / name).open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    connection().execute("INSERT INTO photos VALUES (%s, %s)", [name, len(data)])
    return Response(status=204)
