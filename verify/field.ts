/** What a probe works with. */
import { spawn } from "node:child_process";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Camp } from "./attackers";
import type { Attacker } from "./camp";
import type { Api } from "./cluster/api";
import { isReady, type Pod } from "./cluster/objects";
import { NoShell, type Place, runScript, type ScriptOutcome } from "./cluster/shell";
import { type MeasuredMap, measureMap } from "./map/measure";
import type { AttackOptions } from "./options";
import { type AttackerName, Unproven } from "./probe";
import { podsOf, type Served, type Target } from "./target";
import { type Connection, connectScript, type Endpoint, readConnections } from "./toolbox";

/** The targets that only the user can name. */
export type Surroundings = Pick<AttackOptions, "egressTarget" | "metadataTarget" | "outside" | "accounts" | "auditLog">;

const OUTSIDE_MS = 60_000;

export class Field {
    private measured: Promise<MeasuredMap> | undefined;
    private readonly made = new Map<string, Promise<unknown>>();
    private readonly clearing: (() => Promise<unknown>)[] = [];

    constructor(
        readonly api: Api,
        readonly camp: Camp,
        readonly surroundings: Surroundings,
        private readonly config: KubeConfig,
        private readonly attackers: ReadonlyMap<AttackerName, Attacker>,
    ) {}

    get target(): Target {
        return this.camp.target;
    }

    /** An attacker that the probe has asked for. */
    attacker(name: AttackerName): Attacker {
        const found = this.attackers.get(name);
        if (found === undefined) {
            throw new Unproven(`the ${name} isn't there`);
        }
        return found;
    }

    /** Runs a script in a container. */
    async run(place: Place, script: string): Promise<ScriptOutcome> {
        return runScript(this.config, place, script).catch((error: Error) => {
            throw error instanceof NoShell
                ? new Unproven(`no shell in ${place.namespace}/${place.pod}: ${error.message}`)
                : error;
        });
    }

    /** Connects by TCP from a container to each endpoint. */
    async connect(from: Place, endpoints: Endpoint[]): Promise<Connection[]> {
        const { stdout } = await this.run(from, connectScript(endpoints));
        return readConnections(stdout, endpoints);
    }

    /** Connects by TCP from outside the cluster. */
    async connectFromOutside(endpoints: Endpoint[]): Promise<Connection[]> {
        return readConnections(await this.runOutside(connectScript(endpoints)), endpoints);
    }

    /** Runs a script outside the cluster and returns what it prints. */
    async runOutside(script: string): Promise<string> {
        const [command = "sh", ...args] = [...this.surroundings.outside, "sh"];
        const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"], timeout: OUTSIDE_MS });
        let stdout = "";
        child.stdout.on("data", (chunk) => {
            stdout += chunk;
        });
        child.stdin.on("error", () => {}); // the command may not be there; its status tells
        child.stdin.end(`${script}\nexit\n`);
        const code = await new Promise<number | null>((resolve) => {
            child.on("error", () => resolve(null));
            child.on("close", resolve);
        });
        if (code !== 0) {
            throw new Unproven(`nothing can be run outside the cluster by "${this.surroundings.outside.join(" ")}"`);
        }
        return stdout;
    }

    /** What several probes share, made when the first one asks for it. */
    shared<T>(name: string, make: () => Promise<T>): Promise<T> {
        const made = (this.made.get(name) as Promise<T> | undefined) ?? make();
        this.made.set(name, made);
        return made;
    }

    /** Has something done when the attack is over, however it ends. */
    afterwards(clear: () => Promise<unknown>): void {
        this.clearing.push(clear);
    }

    /** Takes away what probes have made. */
    async clear(): Promise<void> {
        await Promise.all(this.clearing.splice(0).map((clear) => clear()));
    }

    /** Pods behind a Service that the node finds ready: proof that their port answers somebody. */
    async readyPods({ namespace, podLabels, service }: Served): Promise<Pod[]> {
        const pods = (await podsOf(this.api, namespace, podLabels)).filter(isReady);
        if (pods.length === 0) {
            throw new Unproven(`no pod behind ${namespace}/${service} is ready, so nothing could be reached anyway`);
        }
        return pods;
    }

    /** Who can talk to whom, measured once. */
    map(): Promise<MeasuredMap> {
        this.measured ??= measureMap(this);
        return this.measured;
    }

    /** The map, when a probe has measured it. */
    async mapIfMeasured(): Promise<MeasuredMap | undefined> {
        return this.measured?.catch(() => undefined);
    }
}
