"""Writes to an SQLite file on the event loop, when a client leaves, while another connection has it locked.

verdict: fail
reason: loop-blocked
rule: sqlite-busy
"""

import asyncio
import sqlite3
import sys

import uvicorn
from quart import Quart, make_response

app = Quart(__name__)
other = sqlite3.connect("visits.db", isolation_level=None)
other.execute("create table if not exists visits (reader int)")
other.execute("begin exclusive")


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    try:
        while True:
            yield b"data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        mine = sqlite3.connect("visits.db", timeout=600)
        mine.execute("insert into visits values (1)")  # culprit


@app.get("/news/stream")
async def stream():
    response = await make_response(events(), {"content-type": "text/event-stream"})
    response.timeout = None
    return response


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
