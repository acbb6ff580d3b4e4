/** Every probe, in the order of the report. */
import type { Probe } from "../probe";
import { ADMISSION } from "./cluster/admission";
import { EGRESS } from "./cluster/egress";
import { ISOLATION } from "./cluster/isolation";
import { OPERATORS } from "./cluster/operators";
import { REACHABILITY } from "./cluster/reachability";
import { AVAILABILITY } from "./container/availability";
import { FILES } from "./container/files";
import { PRIVILEGES } from "./container/privileges";
import { LIMITS } from "./database/limits";
import { LOGINS } from "./database/logins";
import { PRIVILEGES as DATABASE_PRIVILEGES } from "./database/privileges";
import { SECRETS } from "./database/secrets";

export const PROBES: readonly Probe[] = [
    ...REACHABILITY,
    ...EGRESS,
    ...ISOLATION,
    ...OPERATORS,
    ...ADMISSION,
    ...PRIVILEGES,
    ...FILES,
    ...AVAILABILITY,
    ...LOGINS,
    ...DATABASE_PRIVILEGES,
    ...LIMITS,
    ...SECRETS,
];
