"""Takes a PostgreSQL connection out of a small pool for every event and gives it back.

verdict: pass
reason: healthy
needs: postgres
"""

import asyncio
import os
import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import create_engine, text

app = FastAPI()
engine = create_engine(
    os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:"), pool_size=3, max_overflow=0
)


@app.get("/")
@app.get("/health")
def answer():
    return {"tables": read()}


def read():
    with engine.connect() as connection:
        return connection.scalar(text("select count(*) from pg_class, pg_sleep(0.02)"))


async def events():
    while True:
        yield f"data: {await asyncio.to_thread(read)}\n\n"
        await asyncio.sleep(0.05)


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
