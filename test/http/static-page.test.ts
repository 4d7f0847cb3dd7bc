// The built page, served: what a browser may do with it, and that nothing else of the disk is.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPageFiles } from "../../src/adapters/page-files.ts";
import { addDoor } from "../../src/http/door.ts";

let top: string;
let app: Hono;
const script = `console.log(${JSON.stringify("x".repeat(2_000))})`;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "tutti-page-"));
  writeFileSync(join(top, "secret.js"), "secret");
  app = new Hono();
  addDoor(app, { token: "t", port: () => 80, person: "ann", page: createPageFiles(join(top, "page")) });
});
afterEach(() => rmSync(top, { recursive: true }));

const build = (title = "one"): void => {
  mkdirSync(join(top, "page/assets"), { recursive: true });
  writeFileSync(join(top, "page/assets/main-1.js"), script);
  writeFileSync(join(top, "page/assets/tiny.svg"), "<svg/>");
  symlinkSync(join(top, "secret.js"), join(top, `page/assets/link-${title}.js`));
  writeFileSync(join(top, "page/index.html"), `<!doctype html><html><head><title>${title}</title></head></html>`);
};

const get = async (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> =>
  app.request(path, { method, headers: { host: "localhost", ...headers } });
const html = { accept: "text/html,application/xhtml+xml" };

describe("the page's delivery", () => {
  it("DOOR4 every address a person may open is the page, which needs no token and holds none", async () => {
    build();
    for (const path of ["/", "/runs/R1/tickets/T.7", "/inbox", "/no/such/place", "/index.html"]) {
      const response = await get(path, html);
      expect([path, response.status, response.headers.get("content-type")]).toEqual([
        path,
        200,
        "text/html; charset=utf-8",
      ]);
      expect(await response.text()).toContain("<title>one</title>");
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
    expect((await get("/no/such/place")).status).toBe(401);
    expect((await get("/api/runs", html)).status).toBe(401);
    expect((await get("/", { ...html, host: "evil.example" })).status).toBe(403);
  });

  it("DOOR5 A-53 A-54 the policy allows nothing inline, nothing evaluated and nothing from elsewhere", async () => {
    build();
    const first = await get("/", html);
    const policy = first.headers.get("content-security-policy") ?? "";
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const rules = new Map(policy.split("; ").map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1).join(" ")]));
    expect(rules.get("default-src")).toBe("'none'");
    expect(rules.get("script-src")).toBe("'self'");
    expect(rules.get("connect-src")).toBe("'self'");
    expect(rules.get("img-src")).toBe("'self' data:");
    for (const none of ["base-uri", "form-action", "frame-ancestors"]) expect(rules.get(none)).toBe("'none'");
    const [, nonce = ""] = /'nonce-(.+)'$/.exec(rules.get("style-src") ?? "") ?? [];
    expect(nonce).toHaveLength(24);
    expect(await first.text()).toContain(`<meta property="csp-nonce" nonce="${nonce}">`);
    expect((await get("/", html)).headers.get("content-security-policy")).not.toContain(nonce);
    expect(first.headers.get("referrer-policy")).toBe("no-referrer");
    expect(first.headers.get("x-content-type-options")).toBe("nosniff");
    expect(first.headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(first.headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(first.headers.get("permissions-policy")).toContain("camera=()");
  });

  it("DOOR4 assets are kept for good, squeezed for who takes it, and not sent twice", async () => {
    build();
    const plain = await get("/assets/main-1.js");
    expect(plain.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(plain.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(await plain.text()).toBe(script);
    const squeezed = await get("/assets/main-1.js", { "accept-encoding": "br, gzip" });
    expect(squeezed.headers.get("content-encoding")).toBe("gzip");
    expect(gunzipSync(await squeezed.arrayBuffer()).toString()).toBe(script);
    expect((await get("/assets/tiny.svg", { "accept-encoding": "gzip" })).headers.get("content-encoding")).toBeNull();
    const etag = plain.headers.get("etag") ?? "";
    const again = await get("/assets/main-1.js", { "if-none-match": `"x", W/${etag}` });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect((await get("/assets/main-1.js", {}, "POST")).status).toBe(401);
  });

  it("DOOR4 nothing beside the built files is served: no path leads out, no folder is listed, no link followed", async () => {
    build();
    for (const path of [
      "/../secret.js",
      "/%2e%2e/secret.js",
      "/assets/..%2f..%2fsecret.js",
      "/assets/../../secret.js",
      "/assets\\..\\..\\secret.js",
      "/assets/",
      "/assets",
      "/assets/link-one.js",
      `/${join(top, "secret.js")}`,
      "/assets/main-1.js%00",
      "/__proto__",
      "/constructor",
    ]) {
      const response = await get(path);
      expect(`${path} ${response.status}`).toBe(`${path} 401`);
      expect(await response.text()).not.toContain("secret.js");
    }
  });

  it("DOOR4 where it is not built it says what to run; a build is seen without a restart", async () => {
    const missing = await get("/", html);
    expect(missing.status).toBe(503);
    expect(await missing.json()).toMatchObject({ code: "page_not_built", remedy: expect.stringContaining("npm run") });
    build();
    expect(await (await get("/", html)).text()).toContain("<title>one</title>");
    build("another");
    expect(await (await get("/", html)).text()).toContain("<title>another</title>");
  });
});
