"""A seeded day: a crowd at eight stations, files that come in, re-sent scans, crashes, a dead printer; then every invariant."""
