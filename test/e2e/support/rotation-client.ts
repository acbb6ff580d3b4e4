/** Pods that open one short connection after the other, and what they say about it. */
import { spawn } from "node:child_process";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { hardenedContexts } from "../../../components/container/security-contexts";
import { run } from "../../../sandbox/shell";
import { cluster } from "./stack";

/** Labels of the clients. */
export const CLIENT_LABELS = { client: "true" };

/**
 * What a client's container runs: for each connection it reads its credentials anew, verifies the server to the full, and
 * says what became of it. It counts from the first that succeeds, when it is ready, and ends only after one has ended.
 */
const CLIENT_SCRIPT = `cd /bindings/database
trap 'stop=1' TERM INT
export PGSSLMODE=verify-full PGSSLROOTCERT="$PWD/ca.crt" PGCONNECT_TIMEOUT=10
until [ -n "\${stop:-}" ]; do
    export PGHOST="$(cat host)" PGPORT="$(cat port)" PGDATABASE="$(cat database)"
    export PGUSER="$(cat username)" PGPASSWORD="$(cat password)"
    if said="$(psql -AtXq -c 'SELECT word FROM words' 2>&1)"; then
        touch /tmp/ready
        echo "$said $PGUSER"
    elif [ -e /tmp/ready ]; then
        printf "lost at %(%T)T: %s\\n" -1 "$said"
    fi
    sleep 0.2 & wait $! || true
done
echo stopped`;

/** A Deployment of clients that is rolled as HardenedWorkload's is; that one wants an HTTP server, which the image lacks. */
export function clients(
    args: {
        namespaceName: pulumi.Input<string>;
        image: string;
        secretName: pulumi.Input<string>;
        version: pulumi.Input<string>;
    },
    opts: pulumi.CustomResourceOptions,
): k8s.apps.v1.Deployment {
    const contexts = hardenedContexts(1001, 1001);
    const container = {
        name: "client",
        image: args.image,
        command: ["bash", "-c", CLIENT_SCRIPT],
        resources: { requests: { cpu: "10m" } },
        securityContext: contexts.container,
        readinessProbe: { periodSeconds: 1, exec: { command: ["test", "-e", "/tmp/ready"] } },
        volumeMounts: [
            { name: "database", mountPath: "/bindings/database", readOnly: true },
            { name: "tmp", mountPath: "/tmp" },
        ],
    };
    return new k8s.apps.v1.Deployment(
        "client",
        {
            metadata: { name: "client", namespace: args.namespaceName },
            spec: {
                replicas: 2,
                selector: { matchLabels: CLIENT_LABELS },
                strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
                minReadySeconds: 2,
                template: {
                    metadata: {
                        labels: CLIENT_LABELS,
                        annotations: { "bulwark.dev/binding-database": args.version },
                    },
                    spec: {
                        automountServiceAccountToken: false,
                        securityContext: contexts.pod,
                        containers: [container],
                        volumes: [
                            { name: "database", secret: { secretName: args.secretName, defaultMode: 0o440 } },
                            { name: "tmp", emptyDir: {} },
                        ],
                    },
                },
            },
        },
        opts,
    );
}

/** Runs kubectl on the node's cluster. */
export async function onCluster(...args: string[]): Promise<string> {
    const { programs, kubeconfig } = await cluster();
    return run(programs.kubectl, args, { env: { KUBECONFIG: kubeconfig } });
}

/** What a client's connections became. */
export interface ClientReport {
    pod: string;
    /** Who was logged in, and how often. */
    served: Map<string, number>;
    /** What the lost ones were told. */
    lost: string[];
    /** Whether it ended by itself. */
    stopped: boolean;
}

/** Follows every client there is in a namespace, and every one that comes, until told to stop. */
export function followClients(namespace: string): { stop(): Promise<ClientReport[]> } {
    const followed = new Map<string, Log>();
    let stopping = false;
    const runningPods = async () =>
        (await onCluster("get", "pods", "-n", namespace, "-o", RUNNING)).split("\n").filter(Boolean);
    const watching = (async () => {
        while (!stopping) {
            for (const pod of await runningPods()) {
                if (!followed.has(pod)) {
                    followed.set(pod, await follow(namespace, pod));
                }
            }
            await new Promise((resolve) => setTimeout(resolve, 300));
        }
    })();
    return {
        async stop() {
            stopping = true;
            await watching;
            for (const pod of await runningPods()) {
                followed.get(pod)?.end();
            }
            return Promise.all([...followed].map(async ([pod, { text }]) => report(pod, await text)));
        },
    };
}

const RUNNING =
    'go-template={{range .items}}{{if eq .status.phase "Running"}}{{.metadata.name}}{{"\\n"}}{{end}}{{end}}';

/** The log of a pod, complete when the pod has ended or its end isn't waited for any longer. */
interface Log {
    text: Promise<string>;
    end(): void;
}

async function follow(namespace: string, pod: string): Promise<Log> {
    const { programs, kubeconfig } = await cluster();
    const child = spawn(programs.kubectl, ["logs", "-f", "-n", namespace, pod], {
        env: { ...process.env, KUBECONFIG: kubeconfig },
    });
    let said = "";
    child.stdout.on("data", (chunk) => {
        said += chunk;
    });
    return { text: new Promise((resolve) => child.on("close", () => resolve(said))), end: () => child.kill() };
}

function report(pod: string, text: string): ClientReport {
    const lines = text.split("\n").filter(Boolean);
    const served = new Map<string, number>();
    for (const line of lines.filter((each) => each.startsWith("hello "))) {
        const user = line.slice("hello ".length);
        served.set(user, (served.get(user) ?? 0) + 1);
    }
    // An error of psql's goes on in further lines; all that is no success counts.
    const lost = lines.filter((line) => !line.startsWith("hello ") && line !== "stopped");
    return { pod, served, lost, stopped: lines.includes("stopped") };
}
