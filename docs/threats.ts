/** The page docs/threats.md: each threat with its defence, the files that make it, and what proves it. */
import * as fs from "node:fs";
import * as path from "node:path";
import { fullName, LAYERS } from "../verify/probe";
import { PROBES } from "../verify/probes";
import { markdownTable } from "./markdown-table";
import type { Threat } from "./threats/threat";
import { THREATS, type ThreatTable } from "./threats-data";

const ROOT = path.join(__dirname, "..");
export const threatsFile = path.join(__dirname, "threats.md");

/** What the table is checked against. */
export interface Ground {
    /** Full names of all probes of the attack suite. */
    probes: string[];
    /** Whether the repository has such a file. */
    hasFile(file: string): boolean;
}

const REPOSITORY: Ground = {
    probes: PROBES.map(fullName),
    hasFile: (file) => fs.existsSync(path.join(ROOT, file)),
};

/**
 * The page in Markdown.
 *
 * @throws Error when the table names what isn't there, leaves a probe out, or has a threat without a proof.
 */
export function threatsPage(threats: ThreatTable = THREATS, ground = REPOSITORY): string {
    const faults = threatFaults(threats, ground);
    if (faults.length > 0) {
        throw new Error(`docs/threats: ${faults.join("; ")}`);
    }
    const sections = LAYERS.map((layer) => `## ${capitalised(layer)}\n\n${table(threats[layer])}`);
    return `${[HEAD, ...sections, FOOT].join("\n\n")}\n`;
}

function threatFaults(threats: ThreatTable, { probes, hasFile }: Ground): string[] {
    const all = LAYERS.flatMap((layer) => threats[layer]);
    const named = all.flatMap((threat) => threat.probes);
    const files = new Set(all.flatMap(({ code, tests = [] }) => [...code, ...tests]));
    return [
        ...[...files].filter((file) => !hasFile(file)).map((file) => `there is no file ${file}`),
        ...named.filter((probe) => !probes.includes(probe)).map((probe) => `there is no probe ${probe}`),
        ...named.filter((probe, index) => named.indexOf(probe) < index).map((probe) => `${probe} stands there twice`),
        ...probes.filter((probe) => !named.includes(probe)).map((probe) => `say which threat ${probe} is about`),
        ...all.filter((threat) => threat.code.length === 0).map(({ threat }) => `nothing stands against "${threat}"`),
        ...all
            .filter((threat) => threat.probes.length + (threat.tests?.length ?? 0) === 0)
            .map(({ threat }) => `nothing proves what is said of "${threat}"`),
    ];
}

function table(threats: Threat[]): string {
    const rows = threats.map(({ threat, defence, code, probes, tests = [] }) => [
        threat,
        defence,
        code.map(link).join(", "),
        [...probes.map((probe) => `\`${probe}\``), ...tests.map(link)].join(", "),
    ]);
    return markdownTable(["threat", "defence", "where", "proof"], rows);
}

function link(file: string): string {
    return `[${path.basename(file)}](../${file})`;
}

function capitalised(word: string): string {
    return word.charAt(0).toUpperCase() + word.slice(1);
}

const HEAD = `<!-- Written by docs/generate.ts from threats-data.ts, threats/ and the attack suite's probes; change those. -->

# Threats

What Bulwark defends against, by layer: the threat, what stands against it, where that is in the code, and what proves it. A
name such as \`cluster/host-path\` is a probe of the [attack suite](../verify/README.md), which
\`npm run verify -- --stack dev --probe cluster/host-path\` tries alone. Where a running cluster is no place to try it, a test
stands in its stead.

A setting in the table means that this defence has to be asked for. What is left open is in [limits.md](limits.md).`;
const FOOT = `## What these defences rest on

- The cluster's CNI enforces NetworkPolicies, and its API server the admission policies.
- Whoever has an administrator's kubeconfig, or the stack's state with its passphrase, is trusted with everything.
- The images do what their makers say.`;
