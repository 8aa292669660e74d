// Does one job with a platform's own client: reads it as JSON from the standard input, prints the answer as JSON.
'use strict';

const isTaken = (verify) => {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
};

const jobs = {
  'sign stripe': ({ secret, body }) =>
    require('stripe').webhooks.generateTestHeaderString({ payload: body, secret }),

  'sign shopify': ({ secret, body }) => require('@shopify/shopify-api/runtime').createSHA256HMAC(secret, body),

  'sign standard': ({ secret, id, second, body }) => {
    const { Webhook } = require('standardwebhooks');
    return new Webhook(secret).sign(id, new Date(second * 1000), body);
  },

  'verify standard': ({ secret, headers, body }) => {
    const { Webhook } = require('standardwebhooks');
    return isTaken(() => new Webhook(secret).verify(body, headers));
  },

  // What the client calls once it has fetched Adobe's key.
  'verify adobe': async ({ key, signature, body }) => {
    const { exportFunctions } = require('@adobe/aio-lib-events/src/signatureUtils');
    return (await exportFunctions.verifySignature([signature], body, [key], 'a client')) === true;
  },
};

const job = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
Promise.resolve(jobs[job.job](job)).then((answer) => console.log(JSON.stringify(answer)));
