import { strict as assert } from "node:assert";
import {
    apiGroupFault,
    lifetimeFault,
    operatorRules,
    readableFault,
    sessionRules,
} from "../../../components/cluster/operator-rules";

describe("operators' rules", () => {
    it("read, and do nothing else", () => {
        for (const { verbs } of operatorRules([])) {
            assert.deepEqual(verbs, ["get", "list", "watch"]);
        }
    });

    it("read these, and no others, by group", () => {
        assert.deepEqual(
            operatorRules([]).map(({ apiGroups, resources }) => `${apiGroups.join()}: ${resources.join(" ")}`),
            [
                ": configmaps endpoints events limitranges namespaces nodes persistentvolumeclaims persistentvolumes pods pods/log replicationcontrollers resourcequotas serviceaccounts services",
                "admissionregistration.k8s.io: mutatingwebhookconfigurations validatingadmissionpolicies validatingadmissionpolicybindings validatingwebhookconfigurations",
                "apiextensions.k8s.io: customresourcedefinitions",
                "apiregistration.k8s.io: apiservices",
                "apps: controllerrevisions daemonsets deployments replicasets statefulsets",
                "autoscaling: horizontalpodautoscalers",
                "batch: cronjobs jobs",
                "coordination.k8s.io: leases",
                "discovery.k8s.io: endpointslices",
                "events.k8s.io: events",
                "metrics.k8s.io: nodes pods",
                "networking.k8s.io: ingressclasses ingresses networkpolicies",
                "policy: poddisruptionbudgets",
                "rbac.authorization.k8s.io: clusterrolebindings clusterroles rolebindings roles",
                "scheduling.k8s.io: priorityclasses",
                "storage.k8s.io: csidrivers csinodes storageclasses volumeattachments",
            ],
        );
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
        for (const wrong of ["*", "pods/exec", "Certificates", "", "*/log", 1, ["certificates"]] as string[]) {
            assert.match(readableFault(wrong) ?? "", /^must be the plural of a resource in lower case/, wrong);
        }
        assert.equal(apiGroupFault("cert-manager.io"), undefined);
        assert.equal(apiGroupFault(""), undefined);
        assert.equal(apiGroupFault("batch"), undefined);
        assert.equal(apiGroupFault("a.b-1.c"), undefined);
        for (const wrong of ["*", "Cert", "a/b", "a.", ["batch"]] as string[]) {
            assert.match(apiGroupFault(wrong) ?? "", /^must be the name of an API group/, String(wrong));
        }
    });

    it("last from ten minutes to a day", () => {
        for (const good of ["10min", "1h", "24h", "1d"]) {
            assert.equal(lifetimeFault(good), undefined, good);
        }
        for (const wrong of ["9min", "599s", "1d1ms", "2d"]) {
            assert.equal(
                lifetimeFault(wrong),
                `must be from 10min, the API server's least, to 24h, is ${JSON.stringify(wrong)}; write for example "1h"`,
            );
        }
        assert.match(lifetimeFault("soon") ?? "", /^must be a duration with its unit/);
    });

    it("let a session run commands in pods, not forward ports or read Secrets", () => {
        assert.deepEqual(sessionRules(), [
            { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
            { apiGroups: [""], resources: ["pods/exec"], verbs: ["create", "get"] },
        ]);
    });
});
