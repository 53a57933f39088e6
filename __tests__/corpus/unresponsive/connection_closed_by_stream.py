"""Closes the database connection that all routes share when a client leaves.

verdict: fail
reason: service-unresponsive
rule: server-errors
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
database = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


@app.get("/")
async def root():
    return {"status": "ok"}


@app.get("/health")
def health():
    return {"answer": database.execute("select 1").fetchone()}


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        database.close()


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
