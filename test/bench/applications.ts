// A program with a number of applications, against mocks. Says what it took.
import { SecureApplication } from "../../components/index";
import { endWith, runMocked } from "./mocked";

/** Beside the first, an application uses what the cluster has once: guardrails, operators, ingress controller, Falco. */
const SHARED = {
    cluster: { guardrails: { install: false }, operators: { install: false } },
    controller: { install: false },
    threatDetection: { install: false },
};

function application(index: number): void {
    const shared = index === 0 ? undefined : SHARED;
    new SecureApplication(`app-${index}`, {
        workload: { image: "ghcr.io/example/app:1.4.2", namespaceName: `app-${index}` },
        ingress: { tls: { allowSelfSignedCertificate: true }, controller: shared?.controller },
        database: { namespaceName: `database-${index}`, tunnel: { localPort: 20_000 + index } },
        cluster: shared?.cluster,
        threatDetection: shared?.threatDetection,
    });
}

const count = Number(process.argv[2]);
const start = performance.now();
const run = runMocked(() => {
    for (let index = 0; index < count; index++) {
        application(index);
    }
});
endWith(
    run.then((resources) => ({
        seconds: (performance.now() - start) / 1000,
        // maxRSS is in kilobytes (https://nodejs.org/docs/latest-v20.x/api/process.html#processresourceusage).
        megabytes: process.resourceUsage().maxRSS / 1024,
        resources,
    })),
);
