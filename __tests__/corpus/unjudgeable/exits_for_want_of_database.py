"""Exits while it starts, since its database is not there.

verdict: inconclusive
reason: not-ready
rule: not-ready
"""

import asyncio
import socket
import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
try:
    socket.create_connection(("127.0.0.1", 1))
except OSError as error:
    sys.exit(f"the database is not there: {error}")


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    while True:
        yield "data: tick\n\n"
        await asyncio.sleep(0.05)


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
