import { strict as assert } from "node:assert";
import { podSecurityLabels, podSecurityVersionFault } from "../../../components/cluster/pod-security";

describe("Pod Security labels", () => {
    it("enforce, audit and warn at one level and one pinned version", () => {
        assert.deepEqual(podSecurityLabels("baseline", "v1.34"), {
            "pod-security.kubernetes.io/enforce": "baseline",
            "pod-security.kubernetes.io/enforce-version": "v1.34",
            "pod-security.kubernetes.io/audit": "baseline",
            "pod-security.kubernetes.io/audit-version": "v1.34",
            "pod-security.kubernetes.io/warn": "baseline",
            "pod-security.kubernetes.io/warn-version": "v1.34",
        });
    });

    it("take pinned versions only", () => {
        assert.equal(podSecurityVersionFault("v1.35"), undefined);
        for (const wrong of ["latest", "1.35", "v1", "v1.35.4", "v2.0", "", "xv1.35", ["v1.35"]] as string[]) {
            assert.equal(
                podSecurityVersionFault(wrong),
                `must be a pinned version of the Pod Security Standards ("latest" would change with the cluster), is ${JSON.stringify(wrong)}; write for example "v1.35"`,
            );
        }
    });
});
