// Starts emulate's Slack for the tests: node emulate.mjs SEED, where SEED is JSON.
import { once } from "node:events";
import { Server, createServer } from "node:net";
import { createEmulator } from "emulate";

// It would listen on every interface; the tests are nobody else's business.
const listen = Server.prototype.listen;
Server.prototype.listen = function (port) {
  return listen.call(this, port, "127.0.0.1");
};

const probe = createServer().listen(0);
await once(probe, "listening");
const { port } = probe.address();
probe.close();
await once(probe, "close");

const baseUrl = `http://127.0.0.1:${port}`;
await createEmulator({ service: "slack", port, baseUrl, seed: { slack: JSON.parse(process.argv[2]) } });
console.log(`emulate listens on ${baseUrl}`);
