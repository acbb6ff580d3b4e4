import { strict as assert } from "node:assert";
import { apiGroupFault, operatorRules, readableFault, sessionRules } from "../../../components/cluster/operator-rules";

describe("operators' rules", () => {
    it("read, and do nothing else", () => {
        for (const { verbs } of operatorRules([])) {
            assert.deepEqual(verbs, ["get", "list", "watch"]);
        }
    });

    it("name every resource, and no Secret and no way to act", () => {
        const resources = operatorRules([]).flatMap((rule) => rule.resources);
        assert.ok(resources.length > 40);
        assert.deepEqual(
            resources.filter((each) => /secret|token|exec|attach$|forward|proxy|ephemeral|\*/.test(each)),
            [],
        );
        assert.deepEqual(
            resources.filter((each) => each.includes("/")),
            ["pods/log"],
        );
        assert.ok(operatorRules([]).every(({ apiGroups }) => !apiGroups.includes("*")));
    });

    it("grow by what is asked for", () => {
        const own = operatorRules([{ apiGroup: "cert-manager.io", resources: ["certificates"] }]).at(-1);
        assert.deepEqual(own, {
            apiGroups: ["cert-manager.io"],
            resources: ["certificates"],
            verbs: ["get", "list", "watch"],
        });
    });

    it("grow by no Secret, no subresource and no wildcard", () => {
        assert.equal(readableFault("certificates"), undefined);
        assert.equal(readableFault("secrets"), 'must not be "secrets": operators read none');
        for (const wrong of ["*", "pods/exec", "Certificates", "", "*/log"]) {
            assert.match(readableFault(wrong) ?? "", /^must be the plural of a resource in lower case/, wrong);
        }
        assert.equal(apiGroupFault("cert-manager.io"), undefined);
        assert.equal(apiGroupFault(""), undefined);
        for (const wrong of ["*", "Cert", "a/b", "a."]) {
            assert.match(apiGroupFault(wrong) ?? "", /^must be the name of an API group/, wrong);
        }
    });

    it("let a session run commands in pods, not forward ports or read Secrets", () => {
        assert.deepEqual(sessionRules(), [
            { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
            { apiGroups: [""], resources: ["pods/exec"], verbs: ["create", "get"] },
        ]);
    });
});
