"""Sends tag reads to a broker at an even rate, as so many gates: PORT USER PASSWORD GATES RATE SECONDS."""

import sys
import time

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

TICK_S, MOST_WAITING = 0.02, 20_000
READ = (
    '{{"data":{{"antenna":1,"eventNum":{number},"format":"epc","idHex":"3074257bf7194e40{tag:08x}","peakRssi":-51,"reads":1}},'
    '"timestamp":"{at}","type":"INVENTORY"}}'
)
TAGS = 400  # in the field at a time, of each gate


def payload(gate: int, number: int, at: str) -> bytes:
    return READ.format(number=number, tag=gate << 16 | number % TAGS, at=at).encode()


def main(port: int, user: str, password: str, gates: int, rate: int, seconds: float) -> None:
    """One message a read, QoS 1, `rate` a second for each gate; returns when the broker has acknowledged all."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="gates")
    client.username_pw_set(user, password)
    client.max_inflight_messages_set(2000)
    client.max_queued_messages_set(0)
    client.connect("127.0.0.1", port)
    client.loop_start()
    begun, sent, last = time.monotonic(), 0, None
    total = int(rate * seconds)
    while sent < total:
        while len(client._out_messages) > MOST_WAITING:  # else paho drops, when its 65 535 numbers are used up
            time.sleep(TICK_S)
        due = min(total, sent + rate, int((time.monotonic() - begun) * rate))
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000+0000"
        for number in range(sent, due):
            for gate in range(gates):
                last = client.publish(f"zebra/gate{gate}/data", payload(gate, number + 1, at), qos=1)
        sent = max(sent, due)
        time.sleep(TICK_S)
    if last is not None:
        last.wait_for_publish(120)
    while client._out_messages:
        time.sleep(0.05)
    client.disconnect()
    client.loop_stop()


if __name__ == "__main__":
    port, user, password, gates, rate, seconds = sys.argv[1:]
    main(int(port), user, password, int(gates), int(rate), float(seconds))
