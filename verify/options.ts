/** The command line. Pure. */
import { parseArgs } from "node:util";
import { LAYERS, type Layer } from "./probe";
import type { Endpoint } from "./toolbox";

/** What a user gets to read without a stack trace; the exit status is 2. */
export class UsageError extends Error {
    override name = "UsageError";
}

export const FORMATS = ["table", "json", "html"] as const;
export type Format = (typeof FORMATS)[number];

/** How to attack. */
export interface AttackOptions {
    /** Layers to attack; all by default. */
    layers: Layer[];
    /** Full names of the probes to run; all by default. */
    probes: string[];
    /** Image of the attackers; the application's own by default. */
    probeImage: string | undefined;
    /** Seconds for a probe. */
    timeout: number;
    /** Probes at the same time. */
    parallel: number;
    /** Leave the attackers' pods where they are when an attack got through. */
    keepOnFailure: boolean;
    kubeconfig: string | undefined;
    context: string | undefined;
    /** A server of the user's outside the cluster. */
    egressTarget: Endpoint | undefined;
    /** The metadata server of the nodes' cloud. */
    metadataTarget: Endpoint | undefined;
    /** Command that runs a shell outside the cluster; this machine's own by default. */
    outside: string[];
    /** File with somebody who can sign in to the application: `{"name": "password"}`. */
    accounts: string | undefined;
    /** File of the API server's audit log. */
    auditLog: string | undefined;
}

export interface CommandLine extends AttackOptions {
    stack: string | undefined;
    outputs: string | undefined;
    formats: Format[];
    /** Folder for the reports. */
    output: string;
    /** Whether what isn't proven fails as well. */
    strict: boolean;
    list: boolean;
    help: boolean;
}

export const USAGE = `Usage: npm run verify -- --stack STACK [options]

Attacks what a stack of this program made, and reports which attacks were stopped.

  --stack STACK          stack whose outputs tell what to attack
  --outputs FILE         the outputs, from "pulumi stack output --json", instead
  --kubeconfig FILE      kubeconfig (default: KUBECONFIG, or the one in the home folder)
  --context NAME         context in it (default: its current one)
  --layer LAYER          only this layer: ${LAYERS.join(", ")}; may be repeated
  --probe NAME           only this probe, such as cluster/stranger-to-database; may be repeated
  --list                 tell what would be tried, and try nothing
  --format FORMAT        what to write: ${FORMATS.join(", ")}; may be repeated (default: all)
  --output DIR           folder for report.json and report.html (default: verify-report)
  --probe-image IMAGE    image of the attackers' pods (default: the application's); needs sh, and node, python3 or nc
  --egress-target H:P    a server of yours outside the cluster; without it, egress isn't proven
  --metadata-target H:P  the metadata server of your cloud; without it, the way there isn't proven
  --outside COMMAND      runs a shell outside the cluster, such as "ssh host" (default: on this machine)
  --accounts FILE        JSON with who may sign in to the application, {"name": "password"}
  --audit-log FILE       the API server's audit log; without it, what it records isn't proven
  --timeout SECONDS      for a probe (default: 60)
  --parallel N           probes at the same time (default: 6)
  --keep-on-failure      leave the attackers' pods when an attack gets through
  --strict               fail also when something isn't proven
  --help                 show this

Exit status: 0 when every attack was stopped, 1 when one got through, 2 when the command
can't be run as it was given, 3 when something else went wrong.
`;

const text = { type: "string" } as const;
const texts = { type: "string", multiple: true } as const;
const flag = { type: "boolean", default: false } as const;

export function parseCommandLine(args: string[]): CommandLine {
    const { values } = parse(args);
    const commandLine = {
        stack: values.stack,
        outputs: values.outputs,
        kubeconfig: values.kubeconfig,
        context: values.context,
        layers: (values.layer ?? []).map((word) => oneOf("--layer", word, LAYERS)),
        probes: values.probe ?? [],
        formats:
            values.format === undefined ? [...FORMATS] : values.format.map((word) => oneOf("--format", word, FORMATS)),
        output: values.output ?? "verify-report",
        probeImage: values["probe-image"],
        egressTarget: endpoint("--egress-target", values["egress-target"]),
        metadataTarget: endpoint("--metadata-target", values["metadata-target"]),
        outside: (values.outside ?? "").split(" ").filter(Boolean),
        accounts: values.accounts,
        auditLog: values["audit-log"],
        timeout: positive("--timeout", values.timeout ?? "60"),
        parallel: positive("--parallel", values.parallel ?? "6"),
        keepOnFailure: values["keep-on-failure"],
        strict: values.strict,
        list: values.list,
        help: values.help,
    };
    const needsStack = !commandLine.list && !commandLine.help;
    if (needsStack && (commandLine.stack === undefined) === (commandLine.outputs === undefined)) {
        throw new UsageError("Give either --stack or --outputs.");
    }
    return commandLine;
}

function parse(args: string[]) {
    try {
        return parseArgs({
            args,
            options: {
                stack: text,
                outputs: text,
                kubeconfig: text,
                context: text,
                layer: texts,
                probe: texts,
                format: texts,
                output: text,
                "probe-image": text,
                "egress-target": text,
                "metadata-target": text,
                outside: text,
                accounts: text,
                "audit-log": text,
                timeout: text,
                parallel: text,
                "keep-on-failure": flag,
                strict: flag,
                list: flag,
                help: flag,
            },
        });
    } catch (error) {
        throw new UsageError((error as Error).message);
    }
}

function oneOf<T extends string>(option: string, word: string, known: readonly T[]): T {
    const found = known.find((each) => each === word);
    if (found === undefined) {
        throw new UsageError(`${option} must be one of ${known.join(", ")}, is "${word}".`);
    }
    return found;
}

function positive(option: string, word: string): number {
    if (!/^[1-9]\d{0,3}$/.test(word)) {
        throw new UsageError(`${option} must be a whole number from 1 to 9999, is "${word}".`);
    }
    return Number(word);
}

function endpoint(option: string, word: string | undefined): Endpoint | undefined {
    if (word === undefined) {
        return undefined;
    }
    const [, host = "", port = ""] = /^([A-Za-z0-9.-]+):(\d{1,5})$/.exec(word) ?? [];
    if (host === "" || Number(port) < 1 || Number(port) > 65_535) {
        throw new UsageError(`${option} must be an address and a port, such as 192.0.2.7:443, is "${word}".`);
    }
    return { host, port: Number(port) };
}
