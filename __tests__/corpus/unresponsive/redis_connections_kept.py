"""Keeps a Redis connection of a bounded pool for every client that leaves.

verdict: fail
reason: service-unresponsive
rule: connection-pool-exhausted
needs: redis
"""

import asyncio
import os
import sys

import redis
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
pool = redis.BlockingConnectionPool.from_url(os.environ["REDIS_URL"], max_connections=5, timeout=None)
client = redis.Redis(connection_pool=pool)
kept = []


@app.get("/")
async def root():
    return {"status": "ok"}


@app.get("/health")
def health():
    return {"pong": client.ping()}


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        if len(kept) < 5:
            kept.append(pool.get_connection())


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")
