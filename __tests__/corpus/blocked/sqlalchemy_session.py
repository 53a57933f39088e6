"""Flushes a synchronous SQLAlchemy session on the event loop, when a client leaves, while the table is locked.

verdict: fail
reason: loop-blocked
rule: database
needs: postgres
"""

import asyncio
import os
import sys

import uvicorn
from litestar import Litestar, get
from litestar.response import ServerSentEvent
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:"))
migration = engine.connect()
migration.execute(text("create table visits (reader int)"))
migration.commit()
migration.execute(text("lock table visits in access exclusive mode"))


@get(["/", "/health"])
async def answer() -> dict[str, str]:
    return {"status": "ok"}


async def events():
    try:
        while True:
            yield "tick"
            await asyncio.sleep(0.05)
    finally:
        with Session(engine) as session:
            session.execute(text("insert into visits values (1)"))  # culprit
            session.commit()


@get("/news/stream")
async def stream() -> ServerSentEvent:
    return ServerSentEvent(events())


app = Litestar([answer, stream])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
