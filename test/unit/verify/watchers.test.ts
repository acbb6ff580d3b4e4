/** Watchers that the sandbox hasn't got: what their probes make of a cluster that has them, and of one where they say nothing. */
import { strict as assert } from "node:assert";
import { mock } from "node:test";
import type { Answer } from "../../../verify/cluster/api";
import type { Field } from "../../../verify/field";
import { Unproven } from "../../../verify/probe";
import { WATCHERS } from "../../../verify/probes/monitoring/watchers";

const IMAGE = "registry.example.com/shop/app@sha256:aaaa";
const PLACE = { namespace: "app", pod: "verify-twin-1", container: "app" };
const FALCO = { metadata: { namespace: "falco", name: "falco-1" }, status: { phase: "Running", podIP: "192.0.2.1" } };

/** A cluster in which these lists and logs are. */
function fieldWith(lists: Record<string, unknown[]>, log = ""): Field {
    const ask = async (_method: string, path: string): Promise<Answer> => {
        const items = lists[path.split("?")[0] ?? ""];
        return items === undefined
            ? { status: 404, body: {}, message: "" }
            : { status: 200, body: { items }, message: "" };
    };
    const text = async () => {
        mock.timers.tick(15_000);
        return log;
    };
    const list = async (path: string) => lists[path.split("?")[0] ?? ""] ?? [];
    return {
        api: { ask, list, text },
        attacker: () => ({ place: PLACE, ip: "192.0.2.2" }),
        run: async () => ({ code: 0, stdout: "", stderr: "" }),
        target: {
            application: {
                namespace: "app",
                deployment: { spec: { template: { spec: { containers: [{ image: IMAGE }] } } } },
            },
        },
    } as unknown as Field;
}

function verdict(name: string, field: Field): Promise<string> {
    const probe = WATCHERS.find((each) => each.name === name);
    assert.ok(probe);
    return probe.run(field).then(
        ({ verdict: word }) => word,
        (error: Error) => (error instanceof Unproven ? "unproven" : Promise.reject(error)),
    );
}

describe("the probes of those who watch", () => {
    // Nobody waits for what never comes.
    before(() => mock.timers.enable({ apis: ["Date"] }));
    after(() => mock.timers.reset());

    it("find a shell that Falco reports, and one that it doesn't", async () => {
        const pods = { "/api/v1/pods": [FALCO] };
        const line = JSON.stringify({
            rule: "Shell in protected container",
            output_fields: { "k8s.pod.name": PLACE.pod },
        });
        assert.equal(await verdict("shell-reported", fieldWith(pods, `other\n${line}\n`)), "held");
        assert.equal(await verdict("shell-reported", fieldWith({}, line)), "unproven");
        assert.equal(await verdict("shell-reported", fieldWith(pods, line.replace(PLACE.pod, "another"))), "through");
    });

    it("find alert rules, and their absence where there is an operator", async () => {
        const path = "/apis/monitoring.coreos.com/v1/prometheusrules";
        const rule = { metadata: { name: "alerts" }, spec: { groups: [{ rules: [{ alert: "PodsNotReady" }] }] } };
        assert.equal(await verdict("alerts-missing", fieldWith({ [path]: [rule] })), "held");
        assert.equal(await verdict("alerts-missing", fieldWith({ [path]: [] })), "through");
        assert.equal(
            await verdict("alerts-missing", fieldWith({ [path]: [{ ...rule, spec: { groups: [] } }] })),
            "through",
        );
        assert.equal(await verdict("alerts-missing", fieldWith({})), "unproven");
    });

    it("find a report about the image that runs, and about no other", async () => {
        const path = "/apis/aquasecurity.github.io/v1alpha1/namespaces/app/vulnerabilityreports";
        const report = (artifact: object) => ({ metadata: { name: "report" }, report: { artifact, summary: {} } });
        const own = report({ repository: "shop/app", digest: "sha256:aaaa" });
        const old = report({ repository: "shop/app", digest: "sha256:bbbb" });
        assert.equal(await verdict("unscanned-image", fieldWith({ [path]: [old, own] })), "held");
        assert.equal(await verdict("unscanned-image", fieldWith({ [path]: [old] })), "through");
        assert.equal(await verdict("unscanned-image", fieldWith({})), "unproven");
    });
});
