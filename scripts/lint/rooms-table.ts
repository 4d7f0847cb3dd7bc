// Who may import what. Arrows point down only: domain <- core <- views; the rest as written here.

type Room = {
  /** Files (or folders, ending in a slash) of other rooms. */
  readonly files: readonly string[];
  readonly packages: readonly string[] | "any";
  readonly nodeModules: readonly string[] | "any";
};

const nothing = { packages: [], nodeModules: [] } as const;

export const rooms: Readonly<Record<string, Room>> = {
  domain: { files: [], packages: ["zod"], nodeModules: [] },
  core: { files: ["src/domain/"], ...nothing },
  views: { files: ["src/domain/", "src/core/"], ...nothing },
  engine: { files: ["src/domain/", "src/core/"], ...nothing },
  adapters: {
    files: ["src/domain/", "src/engine/ports.ts", "src/engine/machines/crew.ts", "src/engine/machines/travelling.ts"],
    packages: "any",
    nodeModules: "any",
  },
  http: {
    files: ["src/domain/", "src/views/", "src/engine/"],
    packages: ["hono", "@hono/node-server", "zod"],
    nodeModules: ["crypto", "http", "https", "net"],
  },
  cli: { files: ["src/domain/", "src/views/"], packages: "any", nodeModules: "any" },
  web: { files: ["src/domain/", "src/core/", "src/views/"], packages: "any", nodeModules: [] },
};

/** Faces that may take http's types. */
export const faceTypes: ReadonlySet<string> = new Set(["cli", "web"]);

/** Shipped with everything they import in them. */
export const bundledRooms: ReadonlySet<string> = new Set(["web"]);

/** The composition root: may import everything, and is imported by nobody else. */
export const freeRooms: readonly string[] = ["compose", "main.ts"];
