// Why bubblewrap cannot be used here, in words, and what a person does about it.

export type Unusable = { readonly problem: string; readonly remedy: string };

const optOut = "or opt out of the sandbox for this run with --no-sandbox (its commands then have your own rights)";

const causes: readonly { readonly sign: RegExp; readonly problem: string; readonly remedy: string }[] = [
  {
    sign: /ENOENT|not found/,
    problem: "bubblewrap (bwrap) is not installed",
    remedy: `apt-get install bubblewrap (dnf, pacman and apk call it bubblewrap too), ${optOut}`,
  },
  {
    sign: /setting up uid map|No permissions to creat|Creating new namespace failed|creating new namespace|user namespace|Operation not permitted|No space left on device/i,
    problem: "this machine does not let bubblewrap make namespaces",
    remedy:
      "allow user namespaces: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), " +
      "sysctl -w kernel.unprivileged_userns_clone=1 (older Debian), sysctl -w user.max_user_namespaces=15000; in a " +
      `container start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined; ${optOut}`,
  },
];

/** `detail` is what the program or the system said. */
export function explainFailure(detail: string): Unusable {
  const said = detail.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
  const cause = causes.find(({ sign }) => sign.test(detail));
  if (cause === undefined) {
    return {
      problem: `bubblewrap could not start the sandbox: ${said}`,
      remedy: `run bwrap by hand to see more, ${optOut}`,
    };
  }
  // A program that is not there said nothing.
  return { problem: said.includes("ENOENT") ? cause.problem : `${cause.problem} (${said})`, remedy: cause.remedy };
}
