// Imported before anything else (`--import`), also by the threads of a process: its clock on the wall is wrong, by as many
// ms as TUTTI_TEST_CLOCK_MS says. What is measured by the monotonic clock stays right, as on a machine with a wrong date.

const RealDate = Date;
const offset = Number(process.env["TUTTI_TEST_CLOCK_MS"] ?? 0);

class MovedDate extends RealDate {
  constructor(...args: readonly unknown[]) {
    if (args.length === 0) super(RealDate.now() + offset);
    else super(...(args as [number]));
  }

  static override now(): number {
    return RealDate.now() + offset;
  }
}

globalThis.Date = MovedDate as DateConstructor;
