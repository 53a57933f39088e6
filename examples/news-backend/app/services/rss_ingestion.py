"""Fetches RSS feeds, the plain blocking way: one call, one thread, until it is done."""

import time
from dataclasses import dataclass
from xml.etree import ElementTree

import requests


@dataclass(frozen=True)
class Feed:
    """A source of articles."""

    name: str
    url: str


@dataclass(frozen=True)
class Article:
    """One entry of a feed."""

    title: str
    link: str
    published: str


@dataclass(frozen=True)
class FetchPolicy:
    """How long to wait for a host, and how often to come back to it."""

    connect_timeout: float
    """Seconds for the connection; through a proxy also for the tunnel to an https host."""
    read_timeout: float
    """Seconds without a single byte before an attempt is given up."""
    retry_delays: tuple[float, ...]
    """Seconds of sleep before each further attempt."""

    @property
    def timeout(self) -> tuple[float, float]:
        """Both timeouts in the order in which `requests` takes them."""
        return (self.connect_timeout, self.read_timeout)


PATIENT = FetchPolicy(connect_timeout=60, read_timeout=60, retry_delays=(5, 10))
"""Three attempts that hold a worker for 195 s when the host never answers."""

PROMPT = FetchPolicy(connect_timeout=1.5, read_timeout=1.5, retry_delays=(0.5, 1))
"""Three attempts that hold a worker for 6 s when the host never answers."""


@dataclass(frozen=True)
class FetchResult:
    """The articles of a feed, or why there are none."""

    feed: Feed
    articles: tuple[Article, ...] = ()
    error: str | None = None


def fetch_feed(feed: Feed, policy: FetchPolicy) -> FetchResult:
    """Fetch one feed, trying again after each of the policy's delays.

    A host that fails is an everyday event in a list of feeds, so it is a result, not an exception.
    """
    delays = iter(policy.retry_delays)
    while True:
        try:
            answer = requests.get(feed.url, timeout=policy.timeout)
            answer.raise_for_status()
            return FetchResult(feed, articles=parse_rss(answer.content))
        except (requests.RequestException, ElementTree.ParseError) as error:
            delay = next(delays, None)
            if delay is None:
                return FetchResult(feed, error=f"{type(error).__name__}: {error}")
            time.sleep(delay)


def parse_rss(document: bytes) -> tuple[Article, ...]:
    """Read the items of an RSS 2.0 document, leaving out those that have no link."""
    items = ElementTree.fromstring(document).iter("item")
    return tuple(
        Article(
            title=item.findtext("title", "").strip(),
            link=link,
            published=item.findtext("pubDate", "").strip(),
        )
        for item in items
        if (link := item.findtext("link", "").strip())
    )
