// Signatures that the published library made (tests/sdks/test_typescript.py hands them over), and those of others.

import assert from "node:assert/strict";
import { test } from "node:test";

import { verifyWebhook, WebhookVerificationError } from "../dist/index.js";

const { secret, other, body, headers, otherSignature, old } = JSON.parse(process.env.SIGNED ?? "{}");
const skip = secret ? false : "SIGNED is not set";

test("a webhook that the library signed is right", { skip }, async () => {
  const event = await verifyWebhook(body, headers, secret);
  assert.deepEqual([event.id, event.type, event.data], ["evt_1", "document.ready", { id: "doc_ü" }]);
  await verifyWebhook(new TextEncoder().encode(body), new Headers(headers), secret);
});

test("while a secret is replaced either is right", { skip }, async () => {
  const both = { ...headers, "webhook-signature": `v1a,xyz ${otherSignature} ${headers["webhook-signature"]}` };
  await verifyWebhook(body, both, secret);
  await verifyWebhook(body, both, other);
});

test("anything else is refused", { skip }, async () => {
  const changed = (name, value) => ({ ...headers, [name]: value });
  const wrong = [
    [`${body} `, headers, secret],
    [body, headers, other],
    [body, old, secret],
    [body, changed("webhook-id", "evt_2"), secret],
    [body, changed("webhook-timestamp", "now"), secret],
    [body, changed("webhook-signature", "v1,"), secret],
    [body, changed("webhook-signature", "v1,ü"), secret],
    [body, changed("webhook-signature", headers["webhook-signature"].replace("v1,", "v2,")), secret],
    ...Object.keys(headers).map((name) => [body, changed(name, undefined), secret]),
    [body, headers, "whsec_"],
    [body, headers, "whsec_no base64"],
  ];
  for (const each of wrong) await assert.rejects(verifyWebhook(...each), WebhookVerificationError);
});
