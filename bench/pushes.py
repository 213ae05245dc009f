#!/usr/bin/env python3
"""How long after an INVITE its push is with the service, warm.

usage: SIPWAKE_BINARY=build/release/sipwake SIPWAKE_STAND_IN=build/release/tests/push_stand_in bench/pushes.py [calls]

One call at a time to phones that sleep, through each service. From the moment the INVITE that is taken is handed to the
kernel, until the service has read, decrypted and checked the whole push: everything is in it, on the server's side the
commit of the call, on the service's the TLS and the signature. Prints one line a service.
"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/e2e"))

from stand_ins import Caller, StandIns  # noqa: E402
from support import Server, Socket, Webhook  # noqa: E402

WARM = 5


def percentile(times, share):
    return sorted(times)[max(0, -(-len(times) * share // 100) - 1)] * 1000


def main(calls):
    services = StandIns()
    webhook = Webhook()
    budgets = "".join(f'{who} = 100000\n{who}_each = "1s"\n' for who in ("device", "callee", "caller"))
    server = Server(webhook, services.config("60s") + f"[wake.budget]\n{budgets}[registrar]\nmin_expires = \"1s\"\n")
    try:
        for service in ("webhook", "apns", "fcm", "webpush"):
            server.add_users(f"caller-{service}", service)
            coordinates = ("pn-provider=webhook;pn-param=app;pn-prid=token" if service == "webhook"
                           else services.coordinates(service))
            phone = Socket(server)
            phone.register(service, f";{coordinates}", f';+sip.instance="<urn:uuid:{service}>"', expires=1)
            phone.close()
            server.log.wait("register.expired", service)  # a phone that is bound is called first
            times = []
            for number in range(calls + WARM):
                caller = Caller(server)
                left = caller.call(f"caller-{service}", service, f"{service}-{number}")
                if service == "webhook":
                    webhook.next_push()
                    came = time.monotonic()
                else:
                    came = services.next(service)["at"]
                caller.cancel()
                caller.close()
                if number >= WARM:
                    times.append(came - left)
            print(f"{service:8} {calls} calls, INVITE to push: p50 {percentile(times, 50):.2f} ms, "
                  f"p99 {percentile(times, 99):.2f} ms, slowest {max(times) * 1000:.2f} ms", flush=True)
    finally:
        server.close()
        services.close()
        webhook.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
