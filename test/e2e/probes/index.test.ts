/** Every probe on a real stack: it holds, and turns red as soon as its defence is switched off. */
import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation";
import { newAccounts } from "../../../sandbox/seed";
import { attack, type Report } from "../../../verify/attack";
import { breakCamp } from "../../../verify/camp";
import { Api } from "../../../verify/cluster/api";
import { runScript } from "../../../verify/cluster/shell";
import { fullName } from "../../../verify/probe";
import { PROBES } from "../../../verify/probes";
import { html } from "../../../verify/report/html";
import { json } from "../../../verify/report/json";
import { table } from "../../../verify/report/table";
import { cluster, NAMES } from "../support/stack";
import { attackOptions, bringUpProbed, probedStack } from "./probed-stack";
import type { Ground } from "./weakness";
import { WEAKNESSES } from "./weaknesses";

/** What a change in the cluster may take to be in force everywhere; some attacks are over in a moment. */
const TRIES = 4;
const PAUSE_MILLISECONDS = 2_000;

/** No such thing runs on the sandbox's node; test/unit/verify/watchers.test.ts sees these turn red. */
const ABSENT = ["monitoring/shell-reported", "monitoring/alerts-missing", "monitoring/unscanned-image"];

/** The program gives the application no credentials for writing, so that its form for notes isn't there. */
const UNPROVEN = [...ABSENT, "application/stored-script"];

const PROVEN = PROBES.map(fullName).filter((name) => !UNPROVEN.includes(name));

describe("the attack suite", () => {
    it("has a switched-off defence for every probe, and only for those", () => {
        const covered = [...WEAKNESSES.flatMap(({ probes }) => probes), ...ABSENT];
        assert.deepEqual([...new Set(covered)].sort(), PROBES.map(fullName).sort());
        assert.equal(new Set(covered).size, covered.length);
    });

    describe("on a stack", () => {
        let ground: Ground;
        let stack: Stack;
        let accounts: string;

        before(async function () {
            this.timeout(600_000);
            const node = await cluster();
            accounts = path.join(fs.mkdtempSync(path.join(tmpdir(), "bulwark-accounts-")), "accounts.json");
            const people = newAccounts();
            fs.writeFileSync(accounts, JSON.stringify(people), { mode: 0o600 });
            stack = await probedStack(node);
            const outputs = await bringUpProbed(node, stack, people);
            const { KubeConfig } = await import("@kubernetes/client-node");
            const config = new KubeConfig();
            config.loadFromFile(node.kubeconfig);
            ground = {
                api: new Api(config),
                image: node.imagesByDigest.app,
                outputs,
                run: (place, script) => runScript(config, place, script),
                options: attackOptions(node, accounts),
            };
        });

        after(async function () {
            this.timeout(600_000);
            if (accounts !== undefined) {
                fs.rmSync(path.dirname(accounts), { recursive: true });
            }
            await stack?.destroy({ remove: true });
        });

        function run(probes: string[]): Promise<Report> {
            return attack(ground.outputs, { ...ground.options, probes }, { note: () => {}, done: () => {} });
        }

        /** Runs probes until all of them end with the verdict; those that did once aren't asked again. */
        async function assertVerdict(verdict: "held" | "through", probes: string[]): Promise<void> {
            let left = probes;
            for (let tries = 1; left.length > 0; tries++) {
                const { results } = await run(left);
                const others = results.filter((result) => result.verdict !== verdict);
                left = others.map(({ probe }) => fullName(probe));
                if (left.length > 0 && tries === TRIES) {
                    const seen = others.map((each) => `${fullName(each.probe)}: ${each.verdict}, ${each.evidence}`);
                    assert.fail(`not ${verdict}:\n${seen.join("\n")}`);
                }
                if (left.length > 0) {
                    await sleep(PAUSE_MILLISECONDS);
                }
            }
        }

        it("stops every attack that can be tried here, and shows no secret", async () => {
            const report = await run([]);
            const held = report.results.filter(({ verdict }) => verdict === "held").map(({ probe }) => fullName(probe));
            const left = PROVEN.filter((name) => !held.includes(name));
            if (left.length > 0) {
                await assertVerdict("held", left);
            }
            const unproven = report.results.filter(({ verdict }) => verdict === "unproven");
            const names = unproven.map(({ probe }) => fullName(probe));
            for (const name of UNPROVEN) {
                assert.ok(names.includes(name), `${name} isn't unproven`);
            }
            const shown = [html(report), json(report), table(report, 200)].join("\n");
            const secrets = await secretValues();
            assert.ok(secrets.length >= 6, "too few secrets to look for");
            for (const { where, value } of secrets) {
                assert.ok(!shown.includes(value), `the report shows ${where}`);
            }
        });

        /** Everything in the namespaces' Secrets that is no name or address, and the visitors' passwords. */
        async function secretValues(): Promise<{ where: string; value: string }[]> {
            const lists = await Promise.all(
                ground.outputs.namespaces.map((name) =>
                    ground.api.list<StoredSecret>(`/api/v1/namespaces/${name}/secrets`),
                ),
            );
            const stored = lists.flat().flatMap(({ metadata, data = {} }) =>
                Object.entries(data)
                    .filter(([key]) => /password|uri|key|token/.test(key))
                    .map(([key, value]) => ({
                        where: `${metadata.namespace}/${metadata.name} ${key}`,
                        value: Buffer.from(value, "base64").toString("utf8"),
                    })),
            );
            const people = Object.entries(JSON.parse(fs.readFileSync(accounts, "utf8")) as Record<string, string>);
            return [...stored, ...people.map(([where, value]) => ({ where, value }))];
        }

        it("attacks the application from a pod where no place outside is named", async () => {
            const options = {
                ...ground.options,
                outside: [],
                probes: ["application/request-flood", "application/plain-http"],
            };
            const { results } = await attack(ground.outputs, options, { note: () => {}, done: () => {} });
            assert.deepEqual(
                results.map(({ verdict }) => verdict),
                ["held", "held"],
            );
            assert.match(results[0]?.evidence ?? "", /from a pod of another namespace/);
        });

        for (const { what, probes, switchOff } of WEAKNESSES) {
            it(`sees it when this is off: ${what}`, async () => {
                const switchOn = await switchOff(ground);
                try {
                    await assertVerdict("through", probes);
                } finally {
                    await switchOn();
                }
            });
        }

        it("stops every attack again, and leaves nothing behind", async () => {
            await assertVerdict("held", PROVEN);
            assert.deepEqual(await breakCamp(ground.api, NAMES.app), []);
        });
    });
});

interface StoredSecret {
    metadata: { namespace: string; name: string };
    data?: Record<string, string>;
}
