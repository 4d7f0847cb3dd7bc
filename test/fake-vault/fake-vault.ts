// A vault on the loopback interface that speaks the HTTP API of HashiCorp Vault's KV store, version 2, with its statuses
// and bodies; over TLS too, with a certificate authority made for the test.

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export type Secret = {
  readonly data: Readonly<Record<string, unknown>>;
  /** The newest version was deleted: 404 with its metadata. */
  readonly deleted?: boolean;
};

export type FakeVault = {
  readonly address: string;
  readonly received: readonly {
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingMessage["headers"];
  }[];
  /** Instead of the store: sealed, a standby that sends its callers elsewhere, silence, or any answer. */
  behave: "store" | "sealed" | "standby" | "silent" | { readonly status: number; readonly body: string };
  readonly close: () => Promise<void>;
};

export type VaultOptions = {
  /** Tokens and the secrets each may read, by "<mount>/data/<path>". */
  readonly tokens: Readonly<Record<string, readonly string[]>>;
  /** By "<mount>/<path>"; the first parts are mounts of version 2. */
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly namespace?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
};

export async function startFakeVault(options: VaultOptions): Promise<FakeVault> {
  const received: FakeVault["received"][number][] = [];
  const handle: RequestListener = (request, response) => {
    received.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers });
    if (vault.behave === "silent") return;
    if (vault.behave === "sealed") return send(response, 503, { errors: ["Vault is sealed"] });
    if (vault.behave === "standby") {
      response.writeHead(307, { location: `${vault.address}/elsewhere` }).end();
      return;
    }
    if (vault.behave !== "store") {
      response.writeHead(vault.behave.status, { "content-type": "application/json" }).end(vault.behave.body);
      return;
    }
    answer(request, response, options);
  };
  const server = options.tls === undefined ? createServer(handle) : createTlsServer(options.tls, handle);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const vault: FakeVault = {
    address: `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    received,
    behave: "store",
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return vault;
}

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
};

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { tokens, secrets, namespace }: VaultOptions,
): void {
  const denied = { errors: ["1 error occurred:\n\t* permission denied\n\n"] };
  const path = decodeURIComponent((request.url ?? "").replace(/^\/v1\//, ""));
  if ((request.headers["x-vault-namespace"] ?? "") !== (namespace ?? "")) return send(response, 404, noRoute(path));
  const allowed = tokens[String(request.headers["x-vault-token"])];
  if (allowed === undefined || !allowed.includes(path)) return send(response, 403, denied);
  const [mount = "", ...rest] = path.split("/data/");
  if (!Object.keys(secrets).some((name) => name.startsWith(`${mount}/`))) return send(response, 404, noRoute(path));
  const secret = secrets[`${mount}/${rest.join("/data/")}`];
  if (secret === undefined) return send(response, 404, { errors: [] });
  const deletion = secret.deleted === true ? "2026-03-01T10:00:00.000000000Z" : "";
  const metadata = {
    created_time: "2026-01-01T10:00:00.000000000Z",
    custom_metadata: null,
    deletion_time: deletion,
    destroyed: false,
    version: 3,
  };
  send(response, secret.deleted === true ? 404 : 200, {
    request_id: "b1a9e2c4-0000-4000-8000-000000000000",
    lease_id: "",
    renewable: false,
    lease_duration: 0,
    data: { data: secret.deleted === true ? null : secret.data, metadata },
    wrap_info: null,
    warnings: null,
    auth: null,
    mount_type: "kv",
  });
}

const noRoute = (path: string) => ({ errors: [`no handler for route "${path}". route entry not found.`] });

/** A certificate authority of its own, and a certificate for 127.0.0.1 that it signed. Files in `folder`. */
export function makeCertificates(folder: string): { readonly ca: string; readonly tls: { key: string; cert: string } } {
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test CA");
  openssl("req", "-new", ...newKey, "-keyout", "vault.key", "-out", "vault.csr", "-subj", "/CN=vault");
  writeFileSync(file("names.txt"), "subjectAltName=IP:127.0.0.1\n");
  const signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names.txt"];
  openssl("x509", "-req", "-in", "vault.csr", ...signing, "-out", "vault.pem");
  return {
    ca: file("ca.pem"),
    tls: { key: readFileSync(file("vault.key"), "utf8"), cert: readFileSync(file("vault.pem"), "utf8") },
  };
}
