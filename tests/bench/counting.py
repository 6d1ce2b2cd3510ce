"""The least that a subscriber can do: paho, QoS 1, counts. `python -m tests.bench.counting PORT USER PASSWORD` prints at SIGTERM."""

import signal
import sys
import threading

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion


def main(port: int, user: str, password: str) -> int:
    count, stop, ready = [0], threading.Event(), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="counting", clean_session=True)
    client.username_pw_set(user, password)
    client.on_connect = lambda client, *_: client.subscribe("zebra/+/data", 1)
    client.on_subscribe = lambda *_: ready.set()

    def arrived(*_: object) -> None:
        count[0] += 1

    client.on_message = arrived
    client.connect("127.0.0.1", port)
    client.loop_start()
    ready.wait()
    print("ready", flush=True)
    stop.wait()
    client.disconnect()
    client.loop_stop()
    return count[0]


if __name__ == "__main__":
    print(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
