"""A small news backend whose stream exists twice: once with a hang in it, once without."""
