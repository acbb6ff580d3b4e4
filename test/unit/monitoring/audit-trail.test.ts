import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { auditPolicyText } from "../../../components/monitoring/audit-policy";
import { AuditTrail, type AuditTrailArgs } from "../../../components/monitoring/audit-trail";
import { one, record, recorded, resolved } from "../support/recorder";

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const COMPONENT = "bulwark:index:AuditTrail";

describe("AuditTrail", () => {
    async function policyOf(args: AuditTrailArgs): Promise<string> {
        let trail: AuditTrail | undefined;
        await record(() => {
            trail = new AuditTrail("trail", args);
        });
        return resolved(trail?.policy ?? "");
    }

    it("gives the policy, and makes nothing unless asked to", async () => {
        assert.equal(await policyOf({}), auditPolicyText());
        assert.deepEqual(
            recorded().map(({ type }) => type),
            [COMPONENT],
        );
    });

    it("leaves out what further users read", async () => {
        const quietUserNames = ["system:serviceaccount:calico:calico", pulumi.output("flannel")];
        assert.equal(
            await policyOf({ quietUserNames }),
            auditPolicyText(["system:serviceaccount:calico:calico", "flannel"]),
        );
    });

    it("puts the policy into a ConfigMap, where it is asked for", async () => {
        const all = await record(() => new AuditTrail("trail", { configMap: { namespaceName: "kube-system" } }));
        const { metadata, data } = one(all, CONFIG_MAP).inputs as { metadata: { labels: unknown }; data: unknown };
        const { labels: _, ...rest } = metadata;
        assert.deepEqual(rest, { name: "audit-policy", namespace: "kube-system" });
        assert.deepEqual(data, { policy: auditPolicyText() });
        assert.deepEqual(one(all, COMPONENT).outputs, { policy: auditPolicyText(), configMapName: "audit-policy" });
    });

    it("refuses every fault at once, and then makes nothing", async () => {
        const args = {
            quietUserNames: ["ok", "two words"],
            configMap: { namespaceName: "Kube", configMapName: "a_b" },
        };
        const lines = [
            'quietUserNames[1]: must be the name of a user, without spaces, is "two words"; write for example "system:serviceaccount:ci:deployer"',
            'configMap.namespaceName: must be 1 to 63 lower-case letters, digits or "-", starting and ending with a letter or digit, is "Kube"; write for example "secure-app"',
            'configMap.configMapName: must be 1 to 253 lower-case letters, digits, "-" or ".", each part starting and ending with a letter or digit, is "a_b"; write for example "app-credentials"',
        ];
        await assert.rejects(
            record(() => new AuditTrail("trail", args)),
            { message: `AuditTrail "trail" can't be created:\n${lines.map((line) => `  ${line}`).join("\n")}` },
        );
        assert.deepEqual(
            recorded().filter(({ type }) => type !== COMPONENT),
            [],
        );
    });
});
