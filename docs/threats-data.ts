/** The threats by layer, in the order of the page. */
import type { Layer } from "../verify/probe";
import { APPLICATION } from "./threats/application";
import { CLUSTER } from "./threats/cluster";
import { CONTAINER } from "./threats/container";
import { DATABASE } from "./threats/database";
import { MONITORING } from "./threats/monitoring";
import type { Threat } from "./threats/threat";

export type ThreatTable = Record<Layer, Threat[]>;

export const THREATS: ThreatTable = {
    cluster: CLUSTER,
    container: CONTAINER,
    application: APPLICATION,
    database: DATABASE,
    monitoring: MONITORING,
};
