"""Runs its migration on the event loop while it starts, and the table is locked.

verdict: fail
reason: boot-blocked
rule: boot-blocked
settings: --boot-timeout 5s
needs: postgres
"""

import asyncio
import os
import sys

import psycopg
import uvicorn
from litestar import Litestar, get
from litestar.response import ServerSentEvent

other = psycopg.connect(os.environ["DATABASE_URL"])
other.execute("create table visits (reader int)")
other.commit()
other.execute("lock table visits")


@get(["/", "/health"])
async def answer() -> dict[str, str]:
    return {"status": "ok"}


async def migrate() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as mine:
        mine.execute("alter table visits add column left_at timestamp")  # culprit


async def events():
    while True:
        yield "tick"
        await asyncio.sleep(0.05)


@get("/news/stream")
async def stream() -> ServerSentEvent:
    return ServerSentEvent(events())


app = Litestar([answer, stream], on_startup=[migrate])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
