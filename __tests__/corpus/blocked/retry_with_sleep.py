"""Retries a failing call with growing pauses, on the event loop, when a client leaves.

verdict: fail
reason: loop-blocked
rule: sleep
"""

import asyncio
import sys
import time

import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import JsonResponse, StreamingHttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="corpus")


async def answer(_request):
    return JsonResponse({"status": "ok"})


def unsubscribe():
    raise ConnectionError("no such subscription")


def with_retries(call):
    for attempt in range(10):
        try:
            return call()
        except ConnectionError:
            time.sleep(60 * 2**attempt)  # culprit


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        with_retries(unsubscribe)


async def stream(_request):
    return StreamingHttpResponse(events(), content_type="text/event-stream")


urlpatterns = [path("", answer), path("health", answer), path("news/stream", stream)]


uvicorn.run(get_asgi_application(), port=int(sys.argv[1]), log_level="warning", lifespan="off")
