// A rejection nobody can be asked about any more, thrown.

import type { Rejection } from "../domain/rejection.ts";
import { Fault } from "../engine/ports.ts";
import { describeRejection } from "../views/rejection.ts";

export function toRejectionFault(rejection: Rejection): Fault {
  const { message, remedy } = describeRejection(rejection);
  return new Fault(rejection.code, message, { remedy });
}
