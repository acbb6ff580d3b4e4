/**
 * Looks for every generated password and key of a stack in every place where it doesn't belong, after a first `up`, a
 * rotation and an attack. They belong in Secrets, and in the memory and the Secret volumes of those who use them.
 */
import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import type { Stack } from "@pulumi/pulumi/automation";
import { plainOutputs } from "../../sandbox/engine";
import { logsFolder, stateFolder } from "../../sandbox/paths";
import { lastLines } from "../../sandbox/shell";
import { attack, DEFAULT_OPTIONS } from "../../verify/attack";
import { parseOutputs } from "../../verify/outputs";
import { html } from "../../verify/report/html";
import { json } from "../../verify/report/json";
import { table } from "../../verify/report/table";
import { inPod, kubectl, kubectlWith } from "./support/kubectl";
import { ProcessWatch } from "./support/process-watch";
import { SecretSearch, type Secrets } from "./support/secret-forms";
import { changedFiles, clusterWide, inNamespace, type Place } from "./support/secret-places";
import { generatedSecrets, operatorToken } from "./support/secret-values";
import { cluster, NAMES, open, STACK } from "./support/stack";

/** Where programs of the run may leave files. */
const FOLDERS = [
    stateFolder,
    tmpdir(),
    "/var/tmp",
    ...[".pulumi", ".kube", ".config", ".cache/helm", ".local/share/helm"].map((name) => path.join(homedir(), name)),
];

/**
 * Where Pulumi's engine and SDK tell the messages that they exchange, secrets included, whatever the program does: who
 * turns verbosity 9 on has to keep that log like the state's passphrase.
 */
const MESSAGES =
    /"msg":"((Unm|M)arshaling property for RPC\[|(eventSink::Debug\(<\{%reset%\}>)?RegisterResource RPC finished: )/;

/** The server refuses a key that others may read, so that the chart copies it out of the Secret. It goes with the pod. */
const SERVER_KEY = /kubernetes\.io~empty-dir\/.*\/server\.key: bulwark-database-server-key: /;

const PLANTED = `${STACK}-planted`;

describe("generated secrets", () => {
    let stack: Stack;
    let watch: ProcessWatch;
    let since: number;
    let namespaces: string[];
    const secrets: Secrets = {};
    /** What was told to whoever ran the commands. */
    const told: Place[] = [];

    before(async function () {
        this.timeout(900_000);
        const node = await cluster();
        const changes = (rotation: number) => ({
            cluster: { operators: { token: { lifetime: "15min" }, bastion: { image: node.imagesByDigest.app } } },
            database: { adminRotation: rotation, access: { rotation } },
        });
        stack = await open(node, STACK, NAMES, changes(0));
        await stack.destroy();
        since = Date.now();
        watch = ProcessWatch.start();
        for (const rotation of [0, 1]) {
            stack = await open(node, STACK, NAMES, changes(rotation));
            const said: string[] = [];
            const hear = (text: string) => said.push(text);
            const loud = { logVerbosity: 9, logFlow: true, logToStdErr: true };
            await stack.up({ onOutput: hear, onError: hear, ...loud }).catch(() => {
                // Its message holds all that was said.
                throw new Error(lastLines(said.join("")));
            });
            told.push(...engineLog(said.join("")));
            Object.assign(secrets, await generatedSecrets(stack), await operatorToken(stack));
        }
        const outputs = plainOutputs(await stack.outputs());
        told.push({ where: "the outputs", content: JSON.stringify(outputs) });
        const attacked = parseOutputs(outputs, "The outputs of the stack");
        namespaces = attacked.namespaces ?? [];
        const options = { ...DEFAULT_OPTIONS, kubeconfig: node.kubeconfig, probeImage: node.imagesByDigest.app };
        const report = await attack(
            attacked,
            { ...options, layers: ["database", "cluster"], auditLog: node.auditLog },
            { note: (content) => told.push({ where: "verify's notes", content }), done: () => {} },
        );
        for (const write of [json, html, (each: typeof report) => table(each, 200)]) {
            told.push({ where: "verify's reports", content: write(report) });
        }
    });

    after(async function () {
        this.timeout(600_000);
        watch?.stop();
        await kubectl("delete", "namespace", PLANTED, "--ignore-not-found");
        await stack?.destroy({ remove: true });
    });

    /** Where something was found, and what. */
    async function findings(search: SecretSearch, more: Place[], inside: string[]): Promise<string[]> {
        const found = new Set<string>();
        const look = ({ where, content }: Place) => {
            for (const what of search.in(content)) {
                found.add(`${where}: ${what}`);
            }
        };
        for (const place of more) {
            look(place);
        }
        for (const namespace of inside) {
            for await (const place of inNamespace(namespace)) {
                look(place);
            }
        }
        for await (const place of clusterWide()) {
            look(place);
        }
        for (const { program, args, environment } of watch.all()) {
            look({ where: `arguments of ${program}`, content: args });
            look({ where: `environment of ${program}`, content: environment });
        }
        for (const folder of FOLDERS) {
            for (const place of changedFiles(folder, since)) {
                look(place);
            }
        }
        return [...found].sort();
    }

    it("are nowhere but where they belong", async function () {
        this.timeout(600_000);
        assert.ok(Object.keys(secrets).length >= 10, Object.keys(secrets).join("\n"));
        assert.ok(namespaces.includes(NAMES.app) && namespaces.includes(NAMES.database));
        const found = await findings(new SecretSearch(secrets), told, namespaces);
        assert.deepEqual(
            found.filter((each) => !SERVER_KEY.test(each)),
            [],
        );
    });

    it("would be found in every place", async function () {
        this.timeout(600_000);
        const planted = randomBytes(24).toString("base64url");
        const file = path.join(tmpdir(), `${PLANTED}-file`);
        const stateFile = path.join(stateFolder, "pulumi-state", `${PLANTED}-file`);
        const child = spawn("sleep", ["600"], { env: { ...process.env, PLANTED: planted } });
        try {
            fs.writeFileSync(file, encodeURIComponent(`postgresql://x:${planted}@y`));
            fs.writeFileSync(stateFile, JSON.stringify({ resources: [planted] }));
            await plant(planted);
            await inPod(PLANTED, "planted", ["sh", "-c", `: ${planted}`]);
            const more = [{ where: "what was told", content: Buffer.from(`x${planted}`).toString("base64") }];
            const found = await findings(new SecretSearch({ it: planted }), more, [PLANTED]);
            for (const where of [
                "what was told",
                `objects in ${PLANTED}`,
                `metadata of the Secret ${PLANTED}/annotated`,
                `Helm release ${PLANTED}/sh.helm.release.v1.planted.v1`,
                `log of ${PLANTED}/planted`,
                "cluster-wide objects",
                "environment of sleep",
                "arguments of kubectl",
                file,
                stateFile,
                path.join(logsFolder, "audit.log"),
            ]) {
                assert.ok(found.includes(`${where}: it`), `not found in ${where}, but in:\n${found.join("\n")}`);
            }
        } finally {
            child.kill();
            fs.rmSync(file, { force: true });
            fs.rmSync(stateFile, { force: true });
        }
    });

    /** What the engine said, by the beginning of each message. */
    function engineLog(text: string): Place[] {
        const lines = text.split("\n").filter((line) => !MESSAGES.test(line));
        return lines.map((content) => ({
            where: `engine: ${(/"msg":"([^:"(]*)/.exec(content)?.[1] ?? "").slice(0, 60)}`,
            content,
        }));
    }

    /** Puts a secret where the API server shows it, and in the log of a pod. */
    async function plant(value: string): Promise<void> {
        const { images } = await cluster();
        const metadata = (name: string) => ({ name, namespace: PLANTED });
        const release = gzipSync(JSON.stringify({ config: { auth: { password: value } } })).toString("base64");
        const printing = `echo "$IT"; sleep 600`;
        const items = [
            { apiVersion: "v1", kind: "Namespace", metadata: { name: PLANTED, annotations: { it: value } } },
            { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("planted"), data: { it: `x=${value}` } },
            {
                apiVersion: "v1",
                kind: "Secret",
                metadata: { ...metadata("annotated"), annotations: { it: Buffer.from(value).toString("base64") } },
            },
            {
                apiVersion: "v1",
                kind: "Secret",
                type: "helm.sh/release.v1",
                metadata: metadata("sh.helm.release.v1.planted.v1"),
                stringData: { release },
            },
            {
                apiVersion: "v1",
                kind: "Pod",
                metadata: metadata("planted"),
                spec: {
                    terminationGracePeriodSeconds: 0,
                    containers: [
                        {
                            name: "planted",
                            image: images.busybox,
                            command: ["sh", "-c", printing],
                            env: [{ name: "IT", value }],
                        },
                    ],
                },
            },
        ];
        await kubectlWith(JSON.stringify({ apiVersion: "v1", kind: "List", items }), "create", "-f", "-");
        await kubectl("wait", "-n", PLANTED, "--for=condition=Ready", "pod/planted", "--timeout=120s");
    }
});
