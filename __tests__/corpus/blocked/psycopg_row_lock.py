"""Updates a row of PostgreSQL on the event loop, when a client leaves, that another transaction has locked.

verdict: fail
reason: loop-blocked
rule: database
needs: postgres
"""

import asyncio
import os
import sys

import psycopg
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
other = psycopg.connect(os.environ["DATABASE_URL"])
other.execute("create table counters (readers int)")
other.execute("insert into counters values (0)")
other.commit()
other.execute("update counters set readers = readers + 1")


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        with psycopg.connect(os.environ["DATABASE_URL"]) as mine:
            mine.execute("update counters set readers = readers - 1")  # culprit


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
