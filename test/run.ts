/**
 * `npm test` after the checks of the sources: the suites side by side, since the ones on the cluster mostly wait. Each
 * suite's own report is shown whole when it ends.
 */
import { spawn } from "node:child_process";
import * as path from "node:path";
import { clusterUp } from "../sandbox/cluster";
import { progress } from "../sandbox/progress";
import { engineOfAllLanguages } from "./package/support/consumer-languages";

interface Suite {
    arguments: string[];
    environment?: NodeJS.ProcessEnv;
    /** Whether it needs the sandbox's cluster. */
    onCluster?: boolean;
    /** Makes ready what may take minutes to build, for which no test has the time. */
    prepare?: () => Promise<unknown>;
    /** Whether it disturbs all others. */
    alone?: boolean;
}

const onCluster = (file: string, stack: string, localPort: number, ...only: string[]): Suite => ({
    arguments: ["--config", ".mocharc.e2e.yaml", file, "--fail-zero", ...only],
    environment: { E2E_STACK: stack, E2E_LOCAL_PORT: String(localPort) },
    onCluster: true,
});

/** How many suites run at the same time. */
const SIDE_BY_SIDE = 3;

const PROBES = "test/e2e/probes/index.test.ts";

const SUITES: Record<string, Suite> = {
    unit: { arguments: ["test/unit/**/*.test.ts"] },
    package: { arguments: ["test/package/**/*.test.ts"], prepare: engineOfAllLanguages },
    defences: onCluster("test/e2e/index.test.ts", "e2e", 15_532),
    depth: onCluster("test/e2e/depth.test.ts", "e2e-depth", 15_732),
    // Every attack once, its defence in place; "probes" switches each defence off as well.
    attacks: onCluster(PROBES, "e2e-attacks", 16_132, "--grep", "for every probe|that can be tried here"),
    secrets: onCluster("test/e2e/secret-scan.ts", "e2e-secrets", 16_232),
    data: onCluster("test/e2e/data.test.ts", "e2e-data", 15_832),
    traffic: onCluster("test/e2e/traffic.test.ts", "e2e-traffic", 15_932),
    probes: onCluster(PROBES, "e2e-probes", 16_032),
    load: onCluster("test/load/load.test.ts", "e2e-load", 16_432),
    faults: onCluster("test/faults/faults.test.ts", "faults", 16_332),
    "api-server": { ...onCluster("test/faults/api-server.test.ts", "faults", 16_332), alone: true },
};

/** Runs a suite and returns whether all of it passed. */
async function run(name: string, suite: Suite): Promise<boolean> {
    const mocha = path.join(__dirname, "../node_modules/mocha/bin/mocha.js");
    let report = "";
    const suiteRun = () =>
        new Promise<void>((resolve, reject) => {
            const child = spawn(process.execPath, [mocha, ...suite.arguments], {
                cwd: path.join(__dirname, ".."),
                env: { ...process.env, ...suite.environment },
            });
            for (const stream of [child.stdout, child.stderr]) {
                stream.on("data", (chunk) => {
                    report += chunk;
                });
            }
            child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`${name} failed`))));
        });
    const passed = await progress.step(`tests: ${name}`, suiteRun).then(
        () => true,
        () => false,
    );
    process.stdout.write(`${report}\n`);
    return passed;
}

async function main(names: string[]): Promise<void> {
    const chosen = names.map((name) => {
        const suite = SUITES[name];
        if (suite === undefined) {
            throw new Error(`there is no suite "${name}"; choose from ${Object.keys(SUITES).join(", ")}`);
        }
        return [name, suite] as const;
    });
    const up = chosen.some(([, suite]) => suite.onCluster) ? clusterUp() : undefined;
    // Two cores serve no more without tests that wait for each other in vain.
    const waiting = chosen.filter(([, { alone }]) => !alone);
    const passed: boolean[] = [];
    const worker = async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
            const [name, suite] = next;
            await Promise.all([suite.onCluster ? up : undefined, suite.prepare?.()]);
            passed.push(await run(name, suite));
        }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
    waiting.push(...chosen.filter(([, { alone }]) => alone));
    await worker();
    process.exitCode = passed.every(Boolean) ? 0 : 1;
}

const asked = process.argv.slice(2);
main(asked.length > 0 ? asked : Object.keys(SUITES)).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
});
