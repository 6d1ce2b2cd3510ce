"""Where they work: name, kind, the door that it serves, and the reader that hangs on it ("" where it is a screen alone)."""

STATIONS = (
    ("拣货台 1", "pick", "", "pick-serial"),
    ("打包台 1", "pack", "", "bench-hid"),
    ("月台 1", "dock", "D1", ""),
    ("大门 1", "gate", "D1", "gate-1"),
    ("手持 1", "pick", "", ""),
    ("手持 2", "pick", "", ""),
    ("月台 2", "dock", "D2", ""),
)
