/** Every defence that is switched off. A new probe needs a row here. */
import type { Weakness } from "../weakness";
import { ADMISSION } from "./admission";
import { APPLICATION } from "./application";
import { CONTAINER } from "./container";
import { DATABASE } from "./database";
import { MONITORING } from "./monitoring";
import { NETWORK } from "./network";

export const WEAKNESSES: Weakness[] = [
    ...NETWORK,
    ...ADMISSION,
    ...CONTAINER,
    ...APPLICATION,
    ...DATABASE,
    ...MONITORING,
];
