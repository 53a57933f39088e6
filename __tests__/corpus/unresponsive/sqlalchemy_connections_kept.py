"""Keeps the SQLAlchemy session of every stream, so that a route finds no connection in the pool.

verdict: fail
reason: service-unresponsive
rule: connection-pool-exhausted
needs: postgres
"""

import asyncio
import os
import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

app = FastAPI()
url = os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:")
engine = create_engine(url, pool_size=5, max_overflow=0, pool_timeout=600)
kept = []


@app.get("/")
async def root():
    return {"status": "ok"}


@app.get("/health")
def health():
    with Session(engine) as session:
        return {"answer": session.scalar(text("select 1"))}


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        if len(kept) < 5:
            kept.append(engine.connect())


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
