import { strict as assert } from "node:assert";
import { attackArguments } from "../../../sandbox/attack";
import { testHosts } from "../../../sandbox/hosts";
import { parseCommandLine } from "../../../verify/options";

const node = { hosts: testHosts, auditLog: "/state/logs/audit.log" };

describe("an attack on the sandbox", () => {
    it("is told everything that would else be left not proven", () => {
        const told = parseCommandLine(attackArguments("/state/kubeconfig", node));
        assert.deepEqual(told.egressTarget, { host: "203.0.113.20", port: 80 });
        assert.deepEqual(told.metadataTarget, { host: "169.254.169.254", port: 80 });
        assert.equal(told.kubeconfig, "/state/kubeconfig");
        assert.equal(told.auditLog, "/state/logs/audit.log");
        assert.match(told.accounts ?? "", /\/demo-accounts\.json$/);
        assert.equal(told.outside[0], "nsenter");
    });

    it("on a cluster that was given is told of no hosts, which aren't there", () => {
        const told = parseCommandLine(attackArguments("/home/me/.kube/config"));
        assert.match(told.outputs ?? "", /\/outputs\.json$/);
        assert.equal(told.egressTarget, undefined);
        assert.equal(told.accounts, undefined);
    });
});
