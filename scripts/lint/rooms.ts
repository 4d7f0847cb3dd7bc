// The import table of the rooms as a lint rule. One rule with named faults; `.oxlintrc.rooms.json` runs it.
// Unused files and packages are knip's, imports that lead nowhere the compiler's.

import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative } from "node:path";
import { bundledRooms, faceTypes, freeRooms, rooms } from "./rooms-table.ts";

type Named = { readonly importKind?: string; readonly exportKind?: string };
type Node = Named & {
  readonly type: string;
  readonly source?: Node | null;
  readonly argument?: Node;
  readonly value?: unknown;
  readonly specifiers?: readonly Named[];
};
type Context = {
  readonly filename: string;
  readonly cwd: string;
  readonly report: (problem: { readonly node: Node; readonly message: string }) => void;
};
type Import = { readonly from: string; readonly specifier: string; readonly isTypeOnly: boolean };

const isRoom = (name: string | undefined): name is string =>
  name !== undefined && (name in rooms || freeRooms.includes(name));

/** `src/core/x.ts` is in core; `src/main.ts` is a room of its own. */
const roomOf = (path: string): string | undefined => {
  const room = path === "src/main.ts" ? "main.ts" : /^src\/([^/]+)\//.exec(path)?.[1];
  return isRoom(room) ? room : undefined;
};

const imports = {
  create(context: Context) {
    const from = relative(context.cwd, context.filename);
    if (!from.startsWith("src/")) return {};
    const check = (node: Node, source: Node | null | undefined): void => {
      if (source === null || source === undefined) return;
      const fault =
        typeof source.value === "string"
          ? findFault({ from, specifier: source.value, isTypeOnly: isTypeOnly(node) }, context.cwd)
          : "computed-import: what is imported must be written out";
      if (fault !== undefined) context.report({ node, message: fault });
    };
    const checkSource = (node: Node): void => check(node, node.source);
    return {
      Program: (node: Node): void => {
        if (roomOf(from) === undefined) context.report({ node, message: "no-room: every file has a room" });
      },
      ImportDeclaration: checkSource,
      ExportNamedDeclaration: checkSource,
      ExportAllDeclaration: checkSource,
      ImportExpression: checkSource,
      TSImportType: (node: Node): void => check(node, node.source ?? node.argument),
    };
  },
};

const isTypeOnly = (node: Node): boolean => {
  if (node.type === "TSImportType" || node.importKind === "type" || node.exportKind === "type") return true;
  const specifiers = node.specifiers ?? [];
  return (
    specifiers.length > 0 &&
    specifiers.every(({ importKind, exportKind }) => importKind === "type" || exportKind === "type")
  );
};

function findFault({ from, specifier, isTypeOnly: onlyTypes }: Import, cwd: string): string | undefined {
  const room = roomOf(from);
  if (room === undefined) return undefined;
  if (specifier.startsWith(".")) return findFileFault(from, room, { to: join(dirname(from), specifier), onlyTypes });
  const name = specifier.replace(/^node:/, "");
  if (specifier.startsWith("node:") || builtinModules.includes(name)) {
    const allowed = rooms[room]?.nodeModules ?? "any";
    return allowed === "any" || allowed.includes(name)
      ? undefined
      : `${room}-outside: ${room} may not use ${specifier}`;
  }
  const isThere = onlyTypes || bundledRooms.has(room) || isShipped(packageOf(specifier), cwd);
  return findPackageFault(room, specifier, isThere);
}

function findFileFault(
  from: string,
  room: string,
  to: { readonly to: string; readonly onlyTypes: boolean },
): string | undefined {
  const target = roomOf(to.to);
  if (!to.to.startsWith("src/")) return `src-alone: what is shipped does not reach for ${to.to}`;
  if (target === undefined) return `no-room: ${to.to} has no room`;
  if (freeRooms.includes(room)) return undefined;
  if (freeRooms.includes(target)) return `main-on-top: nobody imports ${target} but the composition root`;
  if (room === "adapters" && target === "adapters") return findAdapterFault(from, to.to);
  if (room === target) return undefined;
  if (faceTypes.has(room) && target === "http") {
    return to.onlyTypes ? undefined : `${room}-http-types: ${room} takes only types from http`;
  }
  const allowed = rooms[room]?.files ?? [];
  return allowed.some((path) => to.to === path || (path.endsWith("/") && to.to.startsWith(path)))
    ? undefined
    : `${room}-imports: ${room} may not import ${to.to}`;
}

/** The folder of an adapter, or undefined for what adapters share, which lies directly in src/adapters. */
const adapterOf = (path: string): string | undefined => /^src\/adapters\/([^/]+)\//.exec(path)?.[1];

function findAdapterFault(from: string, to: string): string | undefined {
  const [own, other] = [adapterOf(from), adapterOf(to)];
  if (other === undefined || own === other) return undefined;
  return own === undefined
    ? `adapters-shared: what adapters share knows none of them, not ${to}`
    : `adapters-apart: an adapter never imports another one, as ${to}`;
}

function findPackageFault(room: string, specifier: string, isInstalled: boolean): string | undefined {
  const allowed = rooms[room]?.packages ?? "any";
  const name = packageOf(specifier);
  if (allowed !== "any" && !allowed.includes(name)) return `${room}-outside: ${room} may not use ${name}`;
  return isInstalled ? undefined : `shipped-packages: ${name} is not installed with the package`;
}

const packageOf = (specifier: string): string => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");

let shipped: ReadonlySet<string> | undefined;

function isShipped(name: string, cwd: string): boolean {
  if (shipped === undefined) {
    const manifest = JSON.parse(readFileSync(join(cwd, "package.json"), "utf8")) as {
      dependencies?: Record<string, string>;
    };
    shipped = new Set(Object.keys(manifest.dependencies ?? {}));
  }
  return shipped.has(name);
}

export default { meta: { name: "rooms" }, rules: { imports } };
