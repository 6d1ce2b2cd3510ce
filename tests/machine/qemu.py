"""The emulated machine: started without KVM, heard over its second serial port, and ended when it has said all."""

import contextlib
import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROGRAM = "qemu-system-x86_64"
KERNEL = "root=/dev/vda rw console=tty1 console=ttyS0 quiet mitigations=off panic=-1 systemd.show_status=false"


@contextlib.contextmanager
def machine(system: Path, site: Path, folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    """The process and the file that its report goes to; `folder` also gets console.log. Nothing on a disk changes."""
    report = folder / "report.jsonl"
    report.touch()
    command = [PROGRAM, "-accel", "tcg,thread=multi", "-cpu", "Nehalem", "-smp", "2", "-m", "1024", "-no-reboot"]
    command += ["-nic", "none", "-display", "none", "-monitor", "none"]
    command += ["-serial", f"file:{folder / 'console.log'}", "-serial", f"file:{report}"]
    command += ["-kernel", str(system / "vmlinuz"), "-initrd", str(system / "initrd.img"), "-append", KERNEL]
    for image in (system / "disk.img", site):
        command += ["-drive", f"file={image},format=raw,if=virtio,snapshot=on,cache=unsafe"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        yield process, report
    finally:
        process.kill()
        process.wait()


def heard(process: "subprocess.Popen[bytes]", report: Path, seconds: float) -> Iterator[dict[str, Any]]:
    """What the machine tells, as it tells it. TimeoutError or RuntimeError where it falls silent or ends before time."""
    end, done = time.monotonic() + seconds, 0
    while True:
        lines = report.read_text(encoding="ascii", errors="replace").split("\n")[:-1]
        for line in lines[done:]:
            said: dict[str, Any] = json.loads(line)
            if "end" in said:
                return
            yield said
        done = len(lines)
        if process.poll() is not None:
            raise RuntimeError("the machine ended before its checks did")
        if time.monotonic() > end:
            raise TimeoutError(f"the machine's checks took more than {seconds:.0f} s")
        time.sleep(0.2)
