import type { OperatorAccessArgs } from "../cluster/operator-access";

/** What every component with a namespace of its own is told. */
export type SharedArgs = Pick<OperatorAccessArgs, "podSecurityVersion" | "dns" | "labels">;
