"""Opens a PostgreSQL connection for every stream and leaves it open.

verdict: fail
reason: leak
rule: leak
settings: --waves 5
needs: postgres
"""

import asyncio
import os
import sys

import psycopg
import uvicorn
from quart import Quart, make_response

app = Quart(__name__)
connections = []


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    connections.append(await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"]))
    while True:
        yield b"data: tick\n\n"
        await asyncio.sleep(0.05)


@app.get("/news/stream")
async def stream():
    response = await make_response(events(), {"content-type": "text/event-stream"})
    response.timeout = None
    return response


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
