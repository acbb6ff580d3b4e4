/** Every probe, in the order in which they start; the report has them by layer. */
import type { Probe } from "../probe";
import { ANSWERS } from "./application/answers";
import { FLOODS } from "./application/floods";
import { PAGES } from "./application/pages";
import { TRANSPORT } from "./application/transport";
import { ADMISSION } from "./cluster/admission";
import { EGRESS } from "./cluster/egress";
import { ISOLATION } from "./cluster/isolation";
import { OPERATORS } from "./cluster/operators";
import { REACHABILITY } from "./cluster/reachability";
import { AVAILABILITY } from "./container/availability";
import { FILES } from "./container/files";
import { KILLED_POD } from "./container/killed-pod";
import { PRIVILEGES } from "./container/privileges";
import { LIMITS } from "./database/limits";
import { LOGINS } from "./database/logins";
import { PRIVILEGES as DATABASE_PRIVILEGES } from "./database/privileges";
import { SECRETS } from "./database/secrets";
import { RECORDS } from "./monitoring/records";
import { WATCHERS } from "./monitoring/watchers";

export const PROBES: readonly Probe[] = [
    ...REACHABILITY,
    ...EGRESS,
    ...ISOLATION,
    ...OPERATORS,
    ...ADMISSION,
    ...PRIVILEGES,
    ...FILES,
    ...AVAILABILITY,
    ...FLOODS,
    ...TRANSPORT,
    ...ANSWERS,
    ...PAGES,
    ...LOGINS,
    ...DATABASE_PRIVILEGES,
    ...LIMITS,
    ...SECRETS,
    ...RECORDS,
    ...WATCHERS,
    // At the end, when few others are left that it could disturb.
    ...KILLED_POD,
];
