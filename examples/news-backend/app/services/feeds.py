"""The feeds that the stream reads.

Every host is a name reserved for documentation, so the example never bothers a real site. None of
them serves a feed: they stand for the host that is down, slow or silent.
"""

from app.services.rss_ingestion import Feed

FEEDS: tuple[Feed, ...] = (
    Feed("World", "http://feeds.example.com/world.xml"),
    Feed("Politics", "http://feeds.example.com/politics.xml"),
    Feed("Business", "http://feeds.example.com/business.xml"),
    Feed("Technology", "https://news.example.org/tech.xml"),
    Feed("Science", "https://news.example.org/science.xml"),
    Feed("Health", "https://news.example.org/health.xml"),
    Feed("Sports", "http://wire.example.net/sports.xml"),
    Feed("Culture", "http://wire.example.net/culture.xml"),
    Feed("Travel", "http://wire.example.net/travel.xml"),
    Feed("Climate", "https://daily.example.com/climate.xml"),
    Feed("Education", "https://daily.example.com/education.xml"),
    Feed("Opinion", "https://daily.example.com/opinion.xml"),
)
