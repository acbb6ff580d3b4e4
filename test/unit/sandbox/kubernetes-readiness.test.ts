import * as assert from "node:assert/strict";
import * as readiness from "../../../sandbox/providers/kubernetes/readiness";

function deployment(status: Record<string, unknown>, reason = "NewReplicaSetAvailable", progressing = "True") {
    return {
        metadata: { generation: 2 },
        spec: { replicas: 2 },
        status: {
            observedGeneration: 2,
            replicas: 2,
            updatedReplicas: 2,
            availableReplicas: 2,
            conditions: [{ type: "Progressing", status: progressing, reason, message: "m" }],
            ...status,
        },
    };
}

describe("sandbox kubernetes provider: readiness", () => {
    it("waits for a Deployment's rollout, not for its old pods", () => {
        const state = (live: Record<string, unknown>) => readiness.deploymentVerdict(live).state;
        assert.equal(state(deployment({})), "ready");
        assert.equal(state(deployment({ observedGeneration: 1 })), "waiting");
        assert.equal(state(deployment({ updatedReplicas: 1 })), "waiting");
        assert.equal(state(deployment({ replicas: 3 })), "waiting");
        assert.equal(state(deployment({}, "ReplicaSetUpdated")), "waiting");
        assert.equal(state(deployment({ updatedReplicas: 0 }, "ProgressDeadlineExceeded", "False")), "failed");
    });

    it("says what keeps a Deployment's pods from being made", () => {
        const conditions = [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "over quota" }];
        const { reasons } = readiness.deploymentVerdict(deployment({ updatedReplicas: 0, conditions }));
        assert.deepEqual(reasons, ["0 of 2 pods are updated, 2 available", "[FailedCreate] over quota"]);
    });

    it("knows a Job's end, good or bad", () => {
        const job = (type: string) => ({
            status: { conditions: [{ type, status: "True", reason: "BackoffLimitExceeded", message: "m" }] },
        });
        assert.equal(readiness.jobVerdict(job("Complete")).state, "ready");
        assert.deepEqual(readiness.jobVerdict(job("Failed")), {
            state: "failed",
            reasons: ["[BackoffLimitExceeded] m"],
        });
        assert.equal(readiness.jobVerdict({ status: { active: 1 } }).state, "waiting");
    });

    it("waits for a Service's pending endpoints and for nothing when it selects no pods", () => {
        const service = { spec: { type: "ClusterIP", selector: { a: "b" } } };
        const slice = (ready: boolean, terminating = false) => ({
            endpoints: [{ conditions: { ready, terminating } }],
        });
        const state = (live: Record<string, unknown>, slices: unknown[]) =>
            readiness.serviceVerdict(live, slices).state;
        assert.equal(state(service, []), "waiting");
        assert.equal(state(service, [{}]), "ready");
        assert.equal(state(service, [slice(true), slice(false)]), "waiting");
        assert.equal(state(service, [slice(true), slice(false, true)]), "ready");
        assert.equal(state({ spec: { type: "ClusterIP" } }, []), "ready");
        assert.equal(state({ spec: { clusterIP: "None", selector: { a: "b" } } }, []), "ready");
        assert.equal(state({ spec: { type: "ExternalName" } }, []), "ready");
        assert.equal(state({ spec: { ...service.spec, type: "LoadBalancer" } }, [slice(true)]), "waiting");
    });

    it("takes a claim that waits for its first pod as it is", () => {
        const pending = { status: { phase: "Pending" } };
        assert.equal(readiness.claimVerdict(pending, "WaitForFirstConsumer").state, "ready");
        assert.equal(readiness.claimVerdict(pending, "Immediate").state, "waiting");
        assert.equal(readiness.claimVerdict({ status: { phase: "Bound" } }, "").state, "ready");
    });

    it("waits until a quota is in force and an Ingress has an address", () => {
        const quota = { spec: { hard: { pods: "1" } } };
        assert.equal(readiness.quotaVerdict(quota).state, "waiting");
        assert.equal(readiness.quotaVerdict({ ...quota, status: { hard: { pods: "1", x: "2" } } }).state, "ready");
        assert.equal(readiness.ingressVerdict({}).state, "waiting");
        assert.equal(
            readiness.ingressVerdict({ status: { loadBalancer: { ingress: [{ ip: "1.1.1.1" }] } } }).state,
            "ready",
        );
    });

    it("tells what is wrong with a pod, and whose log explains it", () => {
        const pod = {
            metadata: { name: "p" },
            status: {
                conditions: [{ type: "PodScheduled", status: "False", message: "no room" }],
                containerStatuses: [
                    { name: "a", state: { waiting: { reason: "ContainerCreating" } } },
                    { name: "b", state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } },
                    {
                        name: "c",
                        state: { waiting: { reason: "CrashLoopBackOff" } },
                        lastState: { terminated: { reason: "Error", exitCode: 3 } },
                    },
                    { name: "d", ready: true, state: { running: {} } },
                ],
            },
        };
        assert.deepEqual(readiness.podTroubles(pod), [
            { message: "[Pod p] no room" },
            { message: "[Pod p] container b: ImagePullBackOff: no such image" },
            {
                message: "[Pod p] container c: CrashLoopBackOff after Error with exit code 3",
                container: "c",
                previous: true,
            },
        ]);
    });
});
