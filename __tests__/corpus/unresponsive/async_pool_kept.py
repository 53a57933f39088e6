"""Keeps a connection of SQLAlchemy's asynchronous pool for every client that leaves, while its health check awaits one.

verdict: fail
reason: service-unresponsive
rule: lost-await
needs: postgres
"""

import asyncio
import os
import sys

import uvicorn
from litestar import Litestar, get
from litestar.response import ServerSentEvent
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

url = os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:")
engine = create_async_engine(url, pool_size=3, max_overflow=0, pool_timeout=600)
kept = []
tasks = set()


@get(["/", "/health"])
async def answer() -> dict[str, int]:
    async with engine.connect() as connection:
        return {"answer": await connection.scalar(text("select 1"))}


async def keep() -> None:
    if len(kept) < 3:
        kept.append(await engine.connect())


async def events():
    try:
        while True:
            yield "tick"
            await asyncio.sleep(0.05)
    finally:
        tasks.add(asyncio.create_task(keep()))


@get("/news/stream")
async def stream() -> ServerSentEvent:
    return ServerSentEvent(events())


app = Litestar([answer, stream])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
