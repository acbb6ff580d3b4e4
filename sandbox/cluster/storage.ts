/** Volumes and load balancer addresses, which a cloud would give the cluster. */
import * as fs from "node:fs";
import * as path from "node:path";
import { stateFolder } from "../paths";
import { type Daemon, startDaemon } from "./daemons";
import { pkiFile } from "./pki";
import { LOAD_BALANCER_CIDR, SERVICE_CIDR } from "./settings";

const volumes = path.join(stateFolder, "volumes");

/** Starts the program that makes volumes and addresses, unless it runs. */
export function startStorage(programs: string): void {
    fs.mkdirSync(volumes, { recursive: true });
    const daemon: Daemon = {
        name: "storage",
        program: path.join(programs, "storage"),
        args: [],
        env: {
            KUBECONFIG: pkiFile("storage.kubeconfig"),
            VOLUMES: volumes,
            SERVICE_PREFIX: prefix(SERVICE_CIDR),
            LOAD_BALANCER_PREFIX: prefix(LOAD_BALANCER_CIDR),
        },
    };
    startDaemon(daemon);
}

/** The first two numbers of a /16 range, as text: `10.96.`. */
export function prefix(cidr: string): string {
    return `${cidr.split(".").slice(0, 2).join(".")}.`;
}
