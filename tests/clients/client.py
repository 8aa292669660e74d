"""Does one job with a platform's own client: reads it as JSON from the standard input, prints the answer as JSON."""

import json
import sys
from datetime import datetime, timezone

import stripe
from standardwebhooks.webhooks import Webhook, WebhookVerificationError


def sign_stripe(job):
    return stripe.WebhookSignature.generate_signature_header(job["body"], job["secret"])


def sign_standard(job):
    moment = datetime.fromtimestamp(job["second"], tz=timezone.utc)
    return Webhook(job["secret"]).sign(job["id"], moment, job["body"])


def verify_standard(job):
    try:
        Webhook(job["secret"]).verify(job["body"], job["headers"])
        return True
    except WebhookVerificationError:
        return False


JOBS = {"sign stripe": sign_stripe, "sign standard": sign_standard, "verify standard": verify_standard}

job = json.load(sys.stdin)
print(json.dumps(JOBS[job["job"]](job)))
