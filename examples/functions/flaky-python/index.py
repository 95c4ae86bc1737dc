# Fails about one time in three, as a service does whose backend is not always there.
# {"fail": true} or {"fail": false} decides it.

import random


def main_handler(event, context):
    print("looking up order", event.get("order", "unknown"))
    fails = event.get("fail", random.random() < 1 / 3)
    if fails:
        raise ConnectionError("the orders database did not answer")
    print("order found")
    return {"order": event.get("order"), "state": "shipped"}
