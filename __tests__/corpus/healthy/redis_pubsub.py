"""Streams what is published in Redis and unsubscribes when a client leaves.

verdict: pass
reason: healthy
needs: redis
"""

import asyncio
import os
import sys

import redis.asyncio as redis
import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import JsonResponse, StreamingHttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="corpus")
# With a timeout it calls asyncio.wait_for, which before Python 3.12 can lose the cancellation of a client that left:
# https://github.com/python/cpython/issues/86296
client = redis.from_url(os.environ["REDIS_URL"], socket_timeout=None)


async def answer(_request):
    return JsonResponse({"status": "ok"})


async def events():
    async with client.pubsub() as subscription:
        await subscription.subscribe("news")
        while True:
            await client.publish("news", "tick")
            message = await subscription.get_message(timeout=0.05)
            yield f"data: {message}\n\n"
            await asyncio.sleep(0.05)


async def stream(_request):
    return StreamingHttpResponse(events(), content_type="text/event-stream")


urlpatterns = [path("", answer), path("health", answer), path("news/stream", stream)]


uvicorn.run(get_asgi_application(), port=int(sys.argv[1]), log_level="warning", lifespan="off")
