"""A seeded working day: a crowd at eight stations, re-sent scans, crashes, a dead printer; then every invariant."""
