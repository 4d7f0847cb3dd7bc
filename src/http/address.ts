// The names this server answers to, and the origins of its own pages.

export type Address = {
  /** The port listened on. Asked per request: it is known only once the server listens. */
  readonly port: () => number;
  /** Names beside those of this machine's loopback, as `--name` gives them. */
  readonly names?: readonly string[];
  readonly isTls?: boolean;
};

const loopbackNames: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

/** What a Host header may say; a rebound DNS name is none of them (A-45). The scheme's own port may be left out. */
export function hostsOf({ port, names = [], isTls = false }: Address): readonly string[] {
  const ownPort = isTls ? 443 : 80;
  return [...loopbackNames, ...names].flatMap((name) =>
    port() === ownPort ? [name, `${name}:${port()}`] : [`${name}:${port()}`],
  );
}

export const originsOf = (address: Address): readonly string[] =>
  hostsOf(address).map((host) => `${schemeOf(address)}://${host}`);

/** Where a person is sent: `http://127.0.0.1:4711`. */
export const homeOf = (address: Address): string => {
  const [name = "127.0.0.1"] = address.names ?? [];
  return `${schemeOf(address)}://${name}:${address.port()}`;
};

/** The code stands in the fragment, which no browser sends and no log sees. */
export const linkOf = (home: string, code: string, run?: string): string =>
  `${home}/${run === undefined ? "" : `runs/${encodeURIComponent(run)}`}#code=${code}`;

const schemeOf = ({ isTls = false }: Address): string => (isTls ? "https" : "http");
