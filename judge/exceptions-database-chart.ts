/** The findings about the database's chart, and about the small chart that has its place in the sandbox. */
import { alike, Decision, type Exception } from "./exception";
import { LOW_USER, NO_DIGEST, ofChart, ofEveryPod, UNTRUSTED } from "./exceptions-reasons";

const RELEASE = "pgdb";
const SERVER = "StatefulSet database/pgdb-postgresql";

const both: Exception[] = [
    ...ofEveryPod([SERVER]),
    ...alike(LOW_USER, {
        objects: [SERVER],
        decision: Decision.Chart,
        reason: "The image is made for the user 1001.",
    }),
    {
        judge: "trivy config",
        check: "KSV-0125",
        objects: [SERVER],
        decision: Decision.Setting,
        reason: UNTRUSTED,
    },
];

const real: Exception[] = alike(NO_DIGEST, {
    objects: [SERVER],
    decision: Decision.Setting,
    reason: "Bitnami's free images move: the digest of a built or bought one goes into `database.image.digest`.",
});

const standIn: Exception[] = [
    {
        judge: "kube-score",
        check: "pod-probes-identical",
        objects: [SERVER],
        decision: Decision.Chart,
        reason: "It asks one question for both, and waits longer before it restarts than before it withdraws.",
    },
];

export const databaseExceptions: Exception[] = [
    ...ofChart(RELEASE, both),
    ...ofChart(RELEASE, real, ["chart"]),
    ...ofChart(RELEASE, standIn, ["stand-in"]),
];
